using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>The head that asks every pixel in turn: further than this? and this? Depth as a row of questions with yes or no.</summary>
/// <remarks>
/// <para>Formula: the range is cut into K bins with edges <c>e[k] = near·(far/near)^(k/K)</c>, k = 0 .. K, wider the further away. One
/// logit for each of the K - 1 inner edges: <c>P(d &gt; e[k]) = σ(z[k])</c>. Read as the expected depth,
/// <c>m[0] + Σ σ(z[k])·(m[k] - m[k-1])</c>, or as the middle of the bin that the answers point to, with
/// <c>m[k] = √(e[k]·e[k+1])</c>.</para>
/// <para>A softmax over bins does not know that the bin beside the true one is nearly right; a single number cannot say "wall or
/// window, 2 m or 9 m". These answers know both.</para>
/// <para>Train by <see cref="Losses.Loss.BinaryCrossEntropyWithLogits"/> against <see cref="Targets"/>.</para>
/// <para>State: <c>conv</c> as in <see cref="SegmentationHead"/>, <c>classifier.weight</c> <c>[K - 1, hidden, 1, 1]</c>,
/// <c>classifier.bias</c> <c>[K - 1]</c>. Source: Fu et al. 2018, "Deep Ordinal Regression Network" (DORN).</para>
/// </remarks>
public sealed class OrdinalDepthHead : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly Conv2d classifier;
    private readonly long channels;
    private readonly double[] edges;
    private readonly double[] middles;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the features C, positive.</param>
    /// <param name="bins">K, 2 or more.</param>
    /// <param name="near">The least depth, positive, in the targets' unit.</param>
    /// <param name="far">The largest depth, above <paramref name="near"/>.</param>
    /// <param name="hidden">Channels between the convolutions, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive, fewer than two bins, or a range that is none.</exception>
    public OrdinalDepthHead(long channels, long bins = 80, double near = 0.1, double far = 100, long hidden = 256)
        : base(nameof(OrdinalDepthHead))
    {
        Require.Positive(channels);
        if (bins < 2)
            throw new ArgumentOutOfRangeException(nameof(bins), bins, "Must be 2 or more.");
        Require.Positive(near);
        Require.Interval(near, far);
        Require.Positive(hidden);
        this.channels = channels;
        edges = [.. Enumerable.Range(0, (int)bins + 1).Select(k => near * Math.Pow(far / near, (double)k / bins))];
        middles = [.. edges.Skip(1).Zip(edges, (high, low) => Math.Sqrt(low * high))];
        conv = DenseLayers.Twice(channels, hidden);
        classifier = Conv2d(hidden, bins - 1, 1);
        RegisterComponents();
    }

    /// <summary>The K + 1 ends of the bins, from near to far.</summary>
    public IReadOnlyList<double> Edges => edges;

    /// <summary>Maps features to the logits of "further than this inner edge".</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <returns><c>[B, K - 1, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        ImageShapes.RequireFit(features, classifier.weight!, channels);

        using var scope = NewDisposeScope();
        return classifier.call(conv.call(features)).MoveToOuterDisposeScope();
    }

    /// <summary>The right answers: 1 for every inner edge that the depth is beyond, else 0.</summary>
    /// <param name="depths"><c>[B, H, W]</c>, floating point.</param>
    /// <returns><c>[B, K - 1, H, W]</c>, the dtype of <paramref name="depths"/>.</returns>
    /// <exception cref="ArgumentException">Another shape, or not floating point.</exception>
    public Tensor Targets(Tensor depths)
    {
        Require.FloatingPoint(depths);
        if (depths.dim() != 3)
            throw Require.BadShape(depths, "[B, H, W]");

        using var scope = NewDisposeScope();
        return (depths.unsqueeze(1) > Inner(edges[1..^1], depths)).to(depths.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The depth that is expected under the answers' probabilities; between bins, and with a gradient.</summary>
    /// <param name="logits"><c>[B, K - 1, H, W]</c>.</param>
    /// <returns>Depths from the middle of the first bin to that of the last, <c>[B, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">Another shape, or not floating point.</exception>
    public Tensor Expected(Tensor logits)
    {
        RequireLogits(logits);

        using var scope = NewDisposeScope();
        return (middles[0] + (Activation.Sigmoid(logits) * Inner(Steps(), logits)).sum(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The middle of the bin that as many answers point to as are yes.</summary>
    /// <param name="logits"><c>[B, K - 1, H, W]</c>.</param>
    /// <returns>Depths, <c>[B, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">Another shape, or not floating point.</exception>
    public Tensor Predict(Tensor logits)
    {
        RequireLogits(logits);

        using var scope = NewDisposeScope();
        var bin = (logits.detach() > 0).sum(1, type: ScalarType.Int64);         // [B, H, W]
        return tensor(middles, dtype: logits.dtype, device: logits.device)[TensorIndex.Tensor(bin)].MoveToOuterDisposeScope();
    }

    private double[] Steps() => [.. middles.Skip(1).Zip(middles, (high, low) => high - low)];

    private static Tensor Inner(double[] values, Tensor like) =>
        tensor(values, dtype: like.dtype, device: like.device).reshape(1, -1, 1, 1);

    private void RequireLogits(Tensor logits)
    {
        Require.FloatingPoint(logits);
        if (logits.dim() != 4 || logits.size(1) != middles.Length - 1)
            throw Require.BadShape(logits, $"[B, {middles.Length - 1}, H, W]");
    }
}
