using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Dense;

/// <summary>The head that puts every pixel on a sphere: pixels of one thing lie close together, of others apart.</summary>
/// <remarks>
/// <para>Formula: two 3x3 convolutions, each with batch norm and ReLU, one product per pixel, and <c>e = y / ‖y‖</c> over the channels. The
/// dot product of two pixels is their cosine.</para>
/// <para>Train on pairs or triplets of pixels (<see cref="Losses.Loss.Triplet"/>, <see cref="Losses.Loss.InfoNce"/>), gathered from
/// <c>[B, E, H, W]</c> as rows <c>[N, E]</c>; group by distance.</para>
/// <para>State: <c>conv</c> as in <see cref="SegmentationHead"/>, <c>project.weight</c> <c>[E, hidden, 1, 1]</c>, without a
/// bias.</para>
/// </remarks>
public sealed class PixelEmbeddingHead : Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly Conv2d project;
    private readonly long channels;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="channels">Channels of the features C, positive.</param>
    /// <param name="dimensions">Dimensions of the embedding E, positive.</param>
    /// <param name="hidden">Channels between the convolutions, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public PixelEmbeddingHead(long channels, long dimensions, long hidden = 256) : base(nameof(PixelEmbeddingHead))
    {
        Require.Positive(channels);
        Require.Positive(dimensions);
        Require.Positive(hidden);
        this.channels = channels;
        conv = DenseLayers.Twice(channels, hidden);
        project = Conv2d(hidden, dimensions, 1, bias: false);
        RegisterComponents();
    }

    /// <summary>Maps features to one vector of length 1 per pixel.</summary>
    /// <param name="features"><c>[B, C, H, W]</c>, the dtype and device of the head.</param>
    /// <returns><c>[B, E, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor features)
    {
        ImageShapes.RequireFit(features, project.weight!, channels);

        using var scope = NewDisposeScope();
        return Activation.L2Normalize(project.call(conv.call(features)), 1).MoveToOuterDisposeScope();
    }
}
