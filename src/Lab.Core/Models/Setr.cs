using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>How a <see cref="Setr"/> comes from patches back to pixels.</summary>
public enum SetrDecoder
{
    /// <summary>Two 1x1 convolutions, and one large step.</summary>
    Naive,

    /// <summary>Progressive upsampling: four times a 3x3 convolution and a step of two.</summary>
    Progressive,

    /// <summary>Multi-level aggregation: maps of four depths, added from the top down and put together.</summary>
    MultiLevel,
}

/// <summary>Sizes of a <see cref="Setr"/>; as they are, those of ViT-Base.</summary>
public sealed record SetrSizes
{
    /// <summary>Side of a patch in pixels, positive.</summary>
    public long Patch { get; init; } = 16;

    /// <summary>Width of a patch's vector, a multiple of <see cref="Heads"/>.</summary>
    public long Width { get; init; } = 768;

    /// <summary>Blocks, positive; four or more with <see cref="SetrDecoder.MultiLevel"/>.</summary>
    public long Depth { get; init; } = 12;

    /// <summary>Attention heads, positive.</summary>
    public long Heads { get; init; } = 12;

    /// <summary>Patches along the height for which places are learned, positive.</summary>
    public long GridHeight { get; init; } = 32;

    /// <summary>Patches along the width for which places are learned, positive.</summary>
    public long GridWidth { get; init; } = 32;

    /// <summary>Channels of the decoder, positive; even with <see cref="SetrDecoder.MultiLevel"/>.</summary>
    public long DecoderWidth { get; init; } = 256;

    /// <summary>Stochastic depth at the last block, rising evenly from 0, in [0, 1).</summary>
    public double DropPath { get; init; } = 0.1;

    /// <summary>ViT-Large: width 1024, 24 blocks, 16 heads.</summary>
    public static SetrSizes Large => new() { Width = 1024, Depth = 24, Heads = 16 };
}

/// <summary>An image as a sequence of patches: a plain Transformer that sees all of it from the first layer on.</summary>
/// <remarks>
/// <para>Each patch becomes a vector, to which the vector of its place is added; blocks of attention and feed-forward layers follow, each
/// behind its layer norm; one of three decoders makes a map of logits, which is resized to the image.</para>
/// <para>Any size whose sides are at least a patch's, square or not: zeros fill the image up to whole patches, and what they give is cut
/// off. The embedding of places is learned for one grid; for another it is resized as an image would be.</para>
/// <para>State: <c>patch_embed</c>, <c>pos_embed</c> <c>[1, D, gh, gw]</c>,
/// <c>blocks.I.{norm1,attn.{q,kv,proj},norm2,mlp.{fc1,fc2}}</c>, and that of <c>decoder</c>: naive <c>norm</c>, <c>conv.{0,1}</c>;
/// progressive <c>norm</c>, <c>conv.{0..3}.{0,1}</c>; multi-level <c>norms.J</c>, <c>reduce.J.{0,1}</c>, <c>merge.J.{0,1}</c>,
/// <c>refine.J.{0,1}</c>, <c>halve.J.{0,1}</c>; each with <c>classifier</c>.</para>
/// <para>Parameters with 150 classes and 32x32 places, naive, progressive and multi-level: ViT-Base 86,668,694, 90,012,566 and 91,435,926;
/// ViT-Large 304,448,662, 308,316,822 and 309,414,038. The paper has 305.67, 318.31 and 310.57 million for the latter three; its
/// tables count more than one head. Source: Zheng et al. 2021; Dosovitskiy et al. 2021.</para>
/// </remarks>
public sealed class Setr : Module<Tensor, Tensor>
{
    private readonly Conv2d patch_embed;
    private readonly Parameter pos_embed;
    private readonly ModuleList<ImageBlock> blocks;
    private readonly SetrDecoding decoder;
    private readonly SetrSizes sizes;
    private readonly long channels;

    /// <summary>Makes the network with the library's starting weights, and small random places.</summary>
    /// <param name="classes">K, positive.</param>
    /// <param name="decoder">How it comes back to pixels.</param>
    /// <param name="sizes">Its sizes; null means ViT-Base's.</param>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <exception cref="ArgumentException">A number outside what <see cref="SetrSizes"/> says.</exception>
    public Setr(long classes = 21, SetrDecoder decoder = SetrDecoder.Progressive, SetrSizes? sizes = null, long channels = 3)
        : base(nameof(Setr))
    {
        sizes ??= new();
        Require.Positive(classes);
        if (!Enum.IsDefined(decoder))
            throw new ArgumentOutOfRangeException(nameof(decoder), decoder, "Must be one of the three.");
        Require.Positive(channels);
        foreach (var size in new[] { sizes.Patch, sizes.Width, sizes.Depth, sizes.GridHeight, sizes.GridWidth, sizes.DecoderWidth })
            Require.Positive(size, nameof(sizes));
        Require.Heads(sizes.Heads, sizes.Width, nameof(sizes));
        Require.Fraction(sizes.DropPath, nameof(sizes));
        if (decoder == SetrDecoder.MultiLevel && (sizes.Depth < 4 || sizes.DecoderWidth % 2 != 0))
            throw new ArgumentException(
                $"sizes must have a Depth of 4 or more and an even DecoderWidth, got {sizes.Depth} and {sizes.DecoderWidth}.", nameof(sizes));
        (this.sizes, this.channels) = (sizes, channels);
        patch_embed = Conv2d(channels, sizes.Width, sizes.Patch, stride: sizes.Patch);
        using (NewDisposeScope())
            pos_embed = (Parameter)new Parameter(0.02 * randn(1, sizes.Width, sizes.GridHeight, sizes.GridWidth)).DetachFromDisposeScope();
        blocks = new([.. Enumerable.Range(0, (int)sizes.Depth).Select(i => new ImageBlock(
            sizes.Width, sizes.Heads, 4 * sizes.Width, 1, mix: false, sizes.Depth == 1 ? 0 : sizes.DropPath * i / (sizes.Depth - 1)))]);
        this.decoder = decoder switch
        {
            SetrDecoder.Naive => new NaiveDecoding(sizes, classes),
            SetrDecoder.Progressive => new ProgressiveDecoding(sizes, classes),
            _ => new MultiLevelDecoding(sizes, classes),
        };
        RegisterComponents();
    }

    /// <summary>Maps images to logits.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, sides of at least a patch, the dtype and device of the network.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor images)
    {
        ImageShapes.RequireFit(images, patch_embed.weight!, channels, sizes.Patch);

        using var scope = NewDisposeScope();
        var padded = ModelShapes.PadTo(images, sizes.Patch);
        var map = patch_embed.call(padded);                                     // [B, D, h, w]
        var (height, width) = (map.size(2), map.size(3));
        var x = (map + DenseLayers.ToSize(pos_embed, height, width)).flatten(2).transpose(1, 2);
        var depths = new List<Tensor>();
        foreach (var block in blocks)
            depths.Add(x = block.Through(x, height, width));
        var logits = DenseLayers.ToSize(decoder.Decode(depths, height, width), padded.size(2), padded.size(3));
        return ModelShapes.Crop(logits, images.size(2), images.size(3)).MoveToOuterDisposeScope();
    }
}
