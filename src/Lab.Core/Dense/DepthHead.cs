using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>On which scale a depth head spaces its range.</summary>
public enum DepthScale
{
    /// <summary>Equal steps of the logit's sigmoid are equal distances.</summary>
    Linear,

    /// <summary>Equal steps are equal factors: as fine near by as far away.</summary>
    Logarithmic,
}

/// <summary>The head that gives every pixel a distance within a range.</summary>
/// <remarks>
/// <para>Formula: with one logit z per pixel and <c>p = σ(z)</c>, linear <c>d = near + (far - near)·p</c>; logarithmic
/// <c>d = near·(far/near)^p</c>, which is linear in <c>log d</c>.</para>
/// <para>Why logarithmic: with a range of 0.1 to 100 the linear scale has a thousandth of its range for everything nearer than 0.2,
/// deep in the sigmoid's flat end, and starts every pixel at 50.</para>
/// <para>A larger output is resized before the sigmoid, so that it stays in the range.</para>
/// <para>The output goes to <see cref="Losses.Loss.ScaleInvariantLog"/>, or any loss of numbers.</para>
/// <para>State: <c>conv</c> as in <see cref="SegmentationHead"/>, <c>regressor.weight</c> <c>[1, hidden, 1, 1]</c>,
/// <c>regressor.bias</c> <c>[1]</c>.</para>
/// </remarks>
public sealed class DepthHead : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly Conv2d regressor;
    private readonly long channels;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the features C, positive.</param>
    /// <param name="near">The least depth, positive, in the targets' unit.</param>
    /// <param name="far">The largest depth, above <paramref name="near"/>.</param>
    /// <param name="scale">How the range is spaced.</param>
    /// <param name="hidden">Channels between the convolutions, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive, or a range that is none.</exception>
    public DepthHead(
        long channels, double near = 0.1, double far = 100, DepthScale scale = DepthScale.Linear, long hidden = 256)
        : base(nameof(DepthHead))
    {
        Require.Positive(channels);
        Require.Positive(near);
        Require.Interval(near, far);
        Require.Positive(hidden);
        (this.channels, Near, Far, Scale) = (channels, near, far, scale);
        conv = DenseLayers.Twice(channels, hidden);
        regressor = Conv2d(hidden, 1, 1);
        RegisterComponents();
    }

    /// <summary>The least depth.</summary>
    public double Near { get; }

    /// <summary>The largest depth.</summary>
    public double Far { get; }

    /// <summary>How the range is spaced.</summary>
    public DepthScale Scale { get; }

    /// <summary>Maps features to depths of their size.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <returns>Depths in the range, <c>[B, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        return InRange(Logits(features)).MoveToOuterDisposeScope();
    }

    /// <summary>Maps features to depths of another size.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <param name="height">The output's height, positive.</param>
    /// <param name="width">The output's width, positive.</param>
    /// <returns>Depths in the range, <c>[B, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or size other than those above.</exception>
    public Tensor forward(Tensor features, long height, long width)
    {
        Require.Positive(height);
        Require.Positive(width);

        using var scope = NewDisposeScope();
        return InRange(DenseLayers.ToSize(Logits(features), height, width)).MoveToOuterDisposeScope();
    }

    private Tensor Logits(Tensor features)
    {
        ImageShapes.RequireFit(features, regressor.weight!, channels);
        return regressor.call(conv.call(features));
    }

    private Tensor InRange(Tensor logits)
    {
        var share = Activation.Sigmoid(logits.squeeze(1));
        return Scale == DepthScale.Linear
            ? Near + (Far - Near) * share
            : (Math.Log(Near) + Math.Log(Far / Near) * share).exp();
    }
}
