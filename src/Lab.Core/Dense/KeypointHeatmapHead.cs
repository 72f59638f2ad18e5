using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>The head that draws one heatmap per keypoint: high where it is.</summary>
/// <remarks>
/// <para>Formula: a 3x3 convolution with batch norm and ReLU, then one product per pixel and keypoint. What comes out are logits;
/// <c>σ(z)</c> is the heatmap.</para>
/// <para>Train by <see cref="Losses.Loss.BinaryCrossEntropyWithLogits"/> or (on <c>σ(z)</c>) <see cref="Losses.Loss.SquaredError"/> against
/// <see cref="Heatmap.GaussianTargets"/>, or by distances through <see cref="Heatmap.SoftArgmax"/>.</para>
/// <para>Read by <see cref="Heatmap.TaylorPeak"/> and the like, on <c>σ(z)</c>; points are in pixels of the map. A pixel of a map with stride
/// s lies at <c>s·x + (s - 1)/2</c> in the image, where edges meet.</para>
/// <para>State: <c>conv.0.weight</c> <c>[hidden, C, 3, 3]</c>, <c>conv.1</c> (batch norm), <c>heatmap.weight</c>
/// <c>[K, hidden, 1, 1]</c>, <c>heatmap.bias</c> <c>[K]</c>.</para>
/// </remarks>
public sealed class KeypointHeatmapHead : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly Conv2d heatmap;
    private readonly long channels;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the features C, positive.</param>
    /// <param name="keypoints">Keypoints K, positive.</param>
    /// <param name="hidden">Channels between the convolutions, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public KeypointHeatmapHead(long channels, long keypoints, long hidden = 256) : base(nameof(KeypointHeatmapHead))
    {
        Require.Positive(channels);
        Require.Positive(keypoints);
        Require.Positive(hidden);
        this.channels = channels;
        conv = DenseLayers.ConvolutionNormRelu(channels, hidden);
        heatmap = Conv2d(hidden, keypoints, 1);
        RegisterComponents();
    }

    /// <summary>Maps features to the logits of heatmaps.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        ImageShapes.RequireFit(features, heatmap.weight!, channels);

        using var scope = NewDisposeScope();
        return heatmap.call(conv.call(features)).MoveToOuterDisposeScope();
    }
}
