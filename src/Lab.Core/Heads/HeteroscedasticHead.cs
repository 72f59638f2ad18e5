using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Heads;

/// <summary>A Gaussian per example: what a regression expects, and how far off it thinks it may be.</summary>
/// <param name="Mean">μ, <c>[...]</c>.</param>
/// <param name="Variance">Above 0, <c>[...]</c>, in the unit of the mean squared.</param>
public sealed record HeteroscedasticOutput(Tensor Mean, Tensor Variance);

/// <summary>The head of a regression that knows its own doubt: mean and variance, each its own function of the features.</summary>
/// <remarks>
/// <para>Formula: <c>μ = w·x + b</c> and <c>v = softplus(u·x + c) + floor</c>. The variance is put out as a variance, not as a
/// logit: it goes to <see cref="Losses.Loss.GaussianNegativeLogLikelihood"/> as it is.</para>
/// <para>Why softplus: it grows like its input, where exp turns a step too long into a variance of 1e20. Why a floor: a
/// network that hits a target exactly is paid without end for claiming certainty, and softplus rounds to 0 far down.
/// Choose it well below the variance of the noise, and bring the targets to variance 1 or so: at the start the
/// variance is near log 2.</para>
/// <para>State: <c>mean.weight</c> <c>[1, D]</c>, <c>mean.bias</c> <c>[1]</c>, <c>variance.weight</c> <c>[1, D]</c>,
/// <c>variance.bias</c> <c>[1]</c>: 2·D + 2 numbers. Source: Nix and Weigend 1994.</para>
/// </remarks>
public sealed class HeteroscedasticHead : Module<Tensor, HeteroscedasticOutput>
{
    private readonly Linear mean;
    private readonly Linear variance;
    private readonly double floor;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">Width of the features D, positive.</param>
    /// <param name="varianceFloor">Added to every variance, positive, in the targets' unit squared.</param>
    /// <exception cref="ArgumentException">A width or floor that is not positive.</exception>
    public HeteroscedasticHead(long width, double varianceFloor = 1e-6) : base(nameof(HeteroscedasticHead))
    {
        Require.Positive(width);
        Require.Positive(varianceFloor);
        floor = varianceFloor;
        mean = Linear(width, 1);
        variance = Linear(width, 1);
        RegisterComponents();
    }

    /// <summary>Maps features to mean and variance.</summary>
    /// <param name="features">x, <c>[..., D]</c>, the dtype and device of the head.</param>
    /// <returns>Two tensors <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override HeteroscedasticOutput forward(Tensor features)
    {
        HeadShapes.RequireFeatures(features, mean);

        using var scope = NewDisposeScope();
        var v = Activation.Softplus(variance.call(features).squeeze(-1)) + floor;
        return new(mean.call(features).squeeze(-1).MoveToOuterDisposeScope(), v.MoveToOuterDisposeScope());
    }
}
