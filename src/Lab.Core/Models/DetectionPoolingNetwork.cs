using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>
/// Two layers of detectors (linear units with ReLU), each sum-pooled: says how much of what it looks for is in an image.
/// </summary>
/// <remarks>
/// <para>Formula: <c>h = SumPool(relu(W₁·x + b₁), n)</c> with n = detectors / units, and <c>f = Σ relu(W₂·h + b₂)</c>.
/// As published: 28x56 pixels, 400 detectors in groups of 4 into 100 units, 400 detectors into one output.</para>
/// <para>It was made to tell whether one of two digits side by side is a 0, 1, 2 or 3: as a regression, by squared
/// error, with target 100 for yes and 0 for no. The output is a sum of what was detected and so never negative; there is no
/// activation after it, and the threshold between yes and no is 50.</para>
/// <para>A "detection neuron" is one ReLU unit over the whole layer below, not a filter. Pooling sums: the average
/// that is often taken for it makes the output 1600 times smaller, and 100 out of reach.</para>
/// <para>Weights start normal with standard deviation 0.05, biases at 0. The paper also keeps every bias at or below 0
/// through all of training; call <see cref="ConstrainBiases"/> after each step of the optimiser for that. Plain gradient
/// descent with batches of 20 wants a learning rate of about 1e-4: the outputs are large, and so are their errors.</para>
/// <para>Source: Montavon, Bach, Binder, Samek and Müller, "Explaining NonLinear Classification Decisions with Deep Taylor
/// Decomposition", 2015 (Pattern Recognition 65, 2017), section 4.C.</para>
/// </remarks>
public sealed class DetectionPoolingNetwork : Module<Tensor, Tensor>
{
    private const double InitialDeviation = 0.05;

    private readonly Linear detect;
    private readonly Linear decide;
    private readonly long height;
    private readonly long width;
    private readonly long group;

    /// <summary>Makes the network, as published unless told otherwise.</summary>
    /// <param name="height">Pixels from top to bottom, positive.</param>
    /// <param name="width">Pixels from left to right, positive.</param>
    /// <param name="detectors">Detection units in each of the two layers, a multiple of <paramref name="units"/>.</param>
    /// <param name="units">Pooled units between the layers, positive.</param>
    /// <exception cref="ArgumentException">A size that is not positive, or detectors that do not divide into units.</exception>
    public DetectionPoolingNetwork(long height = 28, long width = 56, long detectors = 400, long units = 100)
        : base(nameof(DetectionPoolingNetwork))
    {
        Require.Positive(height);
        Require.Positive(width);
        Require.Positive(units);
        if (detectors < 1 || detectors % units != 0)
            throw new ArgumentException($"detectors must be a positive multiple of units, {units}, got {detectors}.", nameof(detectors));

        (this.height, this.width, group) = (height, width, detectors / units);
        detect = Linear(height * width, detectors);
        decide = Linear(units, detectors);
        using (no_grad())
        {
            foreach (var layer in new[] { detect, decide })
            {
                init.normal_(layer.weight, 0, InitialDeviation);
                init.zeros_(layer.bias);
            }
        }
        RegisterComponents();
    }

    /// <summary>Maps images to one number each, not negative.</summary>
    /// <param name="images">
    /// Greys from -0.5 (black) to 1.5 (white), <c>[B, H, W]</c> or <c>[B, 1, H, W]</c>: <c>2·grey - 0.5</c> for greys in
    /// 0..1. The dtype and device of the network.
    /// </param>
    /// <returns><c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public override Tensor forward(Tensor images)
    {
        Require.FloatingPoint(images);
        var fits = images.shape switch
        {
            [_, var h, var w] => h == height && w == width,
            [_, 1, var h, var w] => h == height && w == width,
            _ => false,
        };
        if (!fits)
            throw Require.BadShape(images, $"[B, {height}, {width}] or [B, 1, {height}, {width}]");
        Require.SameDtype(images, detect.weight!, likeName: "the network");
        Require.SameDevice(images, detect.weight!, likeName: "the network");

        using var scope = NewDisposeScope();
        var pixels = images.reshape(images.size(0), height * width);
        var features = Activation.SumPool(functional.relu(detect.call(pixels)), group, 1);      // [B, units]
        var evidence = functional.relu(decide.call(features)).sum(1);                           // [B]
        return evidence.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Sets biases above 0 to 0, as the paper does throughout training: a detector then fires only where something is in the
    /// image, so that an explanation can hand all of the output down to the pixels. An option: without it the network
    /// learns the same task, and as well.
    /// </summary>
    public void ConstrainBiases()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        detect.bias!.clamp_(max: 0);
        decide.bias!.clamp_(max: 0);
    }
}
