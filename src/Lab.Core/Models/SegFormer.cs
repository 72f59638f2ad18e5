using Lab.Core.Dense;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>Sizes of a <see cref="SegFormer"/>: one number per stage, four stages.</summary>
/// <param name="Widths">Channels, multiples of the heads.</param>
/// <param name="Depths">Blocks.</param>
/// <param name="DecoderWidth">Channels of the decoder.</param>
public sealed record SegFormerSizes(IReadOnlyList<long> Widths, IReadOnlyList<long> Depths, long DecoderWidth)
{
    /// <summary>Attention heads.</summary>
    public IReadOnlyList<long> Heads { get; init; } = [1, 2, 5, 8];

    /// <summary>By how much keys and values are reduced along each side.</summary>
    public IReadOnlyList<long> Reductions { get; init; } = [8, 4, 2, 1];

    /// <summary>How much wider the layer between attentions is.</summary>
    public long Expansion { get; init; } = 4;

    /// <summary>The paper's table: B0 to B5.</summary>
    /// <param name="number">0 to 5.</param>
    /// <exception cref="ArgumentException">Another number.</exception>
    public static SegFormerSizes B(int number) => number switch
    {
        0 => new([32, 64, 160, 256], [2, 2, 2, 2], 256),
        1 => new([64, 128, 320, 512], [2, 2, 2, 2], 256),
        2 => new([64, 128, 320, 512], [3, 4, 6, 3], 768),
        3 => new([64, 128, 320, 512], [3, 4, 18, 3], 768),
        4 => new([64, 128, 320, 512], [3, 8, 27, 3], 768),
        5 => new([64, 128, 320, 512], [3, 6, 40, 3], 768),
        _ => throw new ArgumentOutOfRangeException(nameof(number), number, "Must be 0 to 5."),
    };
}

/// <summary>A Transformer with four heights of maps, and a decoder that only adds them up.</summary>
/// <remarks>
/// <para>Each stage embeds overlapping patches (7x7 with stride 4, then 3x3 with stride 2) and runs blocks of attention and Mix-FFN.
/// Attention looks at a map reduced by 8, 4, 2 and 1; the Mix-FFN's 3x3 convolution sees zeros beyond the border and so knows places:
/// there is no position embedding to interpolate, and any size will do.</para>
/// <para>The decoder brings all four maps to one width, resizes them to a quarter of the image, and makes logits of them at that size.
/// <see cref="FullSize"/> resizes these to the image.</para>
/// <para>Parameters with 150 classes, and what the paper says in millions: B0 3,752,694 (3.8), B1 13,715,798 (13.7), B2 27,461,974
/// (27.5), B3 47,337,814 (47.3), B4 64,108,374 (64.1), B5 84,708,694 (84.7).</para>
/// <para>State, named as in the authors' code: <c>backbone.patch_embedS.{proj,norm}</c>,
/// <c>backbone.blockS.I.{norm1,attn.{q,kv,proj,sr,norm},norm2,mlp.{fc1,dwconv.dwconv,fc2}}</c>, <c>backbone.normS</c>, S from 1 to 4;
/// <c>decode_head.linear_cS.proj</c>, <c>decode_head.linear_fuse.{conv,bn}</c>, <c>decode_head.linear_pred</c>. Source: Xie et al. 2021.</para>
/// </remarks>
public sealed class SegFormer : Module<Tensor, Tensor>
{
    private readonly MixTransformer backbone;
    private readonly MixDecoder decode_head;
    private readonly long channels;

    /// <summary>Makes the network with the library's starting weights.</summary>
    /// <param name="sizes">Its sizes; null means B0.</param>
    /// <param name="classes">K, positive.</param>
    /// <param name="channels">Channels of the images, positive.</param>
    /// <param name="dropPath">What part of the blocks is left out in training at the last block, rising evenly from 0, in [0, 1).</param>
    /// <param name="dropout">What part of the decoder's maps is left out in training, in [0, 1).</param>
    /// <exception cref="ArgumentException">A number that is not positive, not four of them, widths that do not divide into heads, or such
    /// a dropout.</exception>
    public SegFormer(SegFormerSizes? sizes = null, long classes = 21, long channels = 3, double dropPath = 0.1, double dropout = 0.1)
        : base(nameof(SegFormer))
    {
        sizes ??= SegFormerSizes.B(0);
        foreach (var each in new[] { sizes.Widths, sizes.Depths, sizes.Heads, sizes.Reductions })
            ModelShapes.Widths(each, [], 4, 4, nameof(sizes));
        for (var s = 0; s < 4; s++)
            Require.Heads(sizes.Heads[s], sizes.Widths[s], nameof(sizes));
        Require.Positive(sizes.DecoderWidth, nameof(sizes));
        Require.Positive(sizes.Expansion, nameof(sizes));
        Require.Positive(classes);
        Require.Positive(channels);
        Require.Fraction(dropPath);
        Require.Fraction(dropout);
        this.channels = channels;
        backbone = new MixTransformer(sizes, channels, dropPath);
        decode_head = new MixDecoder(sizes.Widths, sizes.DecoderWidth, classes, dropout);
        RegisterComponents();
    }

    /// <summary>Maps images to logits at a quarter of their size, rounded up.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns><c>[B, K, ⌈H/4⌉, ⌈W/4⌉]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor images)
    {
        ImageShapes.RequireFit(images, decode_head.Like, channels);

        using var scope = NewDisposeScope();
        return decode_head.call(backbone.call(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Maps images to logits of their size.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, the dtype and device of the network.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public Tensor FullSize(Tensor images)
    {
        using var scope = NewDisposeScope();
        var logits = call(images);
        return DenseLayers.ToSize(logits, images.size(2), images.size(3)).MoveToOuterDisposeScope();
    }
}

/// <summary>SegFormer's encoder: four stages.</summary>
internal sealed class MixTransformer : Module<Tensor, Tensor[]>
{
    private readonly PatchEmbedding patch_embed1;
    private readonly ModuleList<ImageBlock> block1;
    private readonly LayerNorm norm1;
    private readonly PatchEmbedding patch_embed2;
    private readonly ModuleList<ImageBlock> block2;
    private readonly LayerNorm norm2;
    private readonly PatchEmbedding patch_embed3;
    private readonly ModuleList<ImageBlock> block3;
    private readonly LayerNorm norm3;
    private readonly PatchEmbedding patch_embed4;
    private readonly ModuleList<ImageBlock> block4;
    private readonly LayerNorm norm4;

    public MixTransformer(SegFormerSizes sizes, long channels, double dropPath) : base(nameof(MixTransformer))
    {
        var (made, all) = (0, sizes.Depths.Sum());
        (patch_embed1, block1, norm1) = Stage(0);
        (patch_embed2, block2, norm2) = Stage(1);
        (patch_embed3, block3, norm3) = Stage(2);
        (patch_embed4, block4, norm4) = Stage(3);
        RegisterComponents();

        (PatchEmbedding, ModuleList<ImageBlock>, LayerNorm) Stage(int s)
        {
            var width = sizes.Widths[s];
            var blocks = Enumerable.Range(0, (int)sizes.Depths[s]).Select(_ => new ImageBlock(
                width, sizes.Heads[s], sizes.Expansion * width, sizes.Reductions[s], mix: true, all == 1 ? 0 : dropPath * made++ / (all - 1)));
            return (
                s == 0 ? new(channels, width, 7, 4) : new(sizes.Widths[s - 1], width, 3, 2),
                new([.. blocks]), LayerNorm(width, 1e-6));
        }
    }

    /// <summary>Four maps, of strides 4 to 32.</summary>
    public override Tensor[] forward(Tensor images)
    {
        var one = Through(patch_embed1, block1, norm1, images);
        var two = Through(patch_embed2, block2, norm2, one);
        var three = Through(patch_embed3, block3, norm3, two);
        return [one, two, three, Through(patch_embed4, block4, norm4, three)];
    }

    private static Tensor Through(PatchEmbedding embed, ModuleList<ImageBlock> blocks, LayerNorm norm, Tensor x)
    {
        var (tokens, height, width) = embed.Embed(x);
        tokens = norm.call(blocks.Aggregate(tokens, (t, block) => block.Through(t, height, width)));
        return tokens.transpose(1, 2).reshape(x.size(0), tokens.size(2), height, width);
    }
}

/// <summary>SegFormer's decoder: all maps brought to one width and size, put together, and read.</summary>
internal sealed class MixDecoder : Module<Tensor[], Tensor>
{
    private readonly PixelProjection linear_c1;
    private readonly PixelProjection linear_c2;
    private readonly PixelProjection linear_c3;
    private readonly PixelProjection linear_c4;
    private readonly Fusion linear_fuse;
    private readonly Conv2d linear_pred;
    private readonly Dropout dropout;

    public MixDecoder(IReadOnlyList<long> widths, long width, long classes, double dropout) : base(nameof(MixDecoder))
    {
        linear_c1 = new(widths[0], width);
        linear_c2 = new(widths[1], width);
        linear_c3 = new(widths[2], width);
        linear_c4 = new(widths[3], width);
        linear_fuse = new(4 * width, width);
        linear_pred = Conv2d(width, classes, 1);
        this.dropout = Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>A weight: whose dtype and device are the network's.</summary>
    public Tensor Like => linear_pred.weight!;

    public override Tensor forward(Tensor[] maps)
    {
        var (height, width) = (maps[0].size(2), maps[0].size(3));
        var same = new[] { linear_c4, linear_c3, linear_c2, linear_c1 }.Zip(maps.Reverse(), (linear, map) =>
            DenseLayers.ToSize(linear.call(map), height, width));
        return linear_pred.call(dropout.call(linear_fuse.call(cat([.. same], 1))));
    }
}

/// <summary>One product per pixel, as a linear layer.</summary>
internal sealed class PixelProjection : Module<Tensor, Tensor>
{
    private readonly Linear proj;

    public PixelProjection(long from, long to) : base(nameof(PixelProjection))
    {
        proj = Linear(from, to);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var tokens = proj.call(x.flatten(2).transpose(1, 2));
        return tokens.transpose(1, 2).reshape(x.size(0), tokens.size(2), x.size(2), x.size(3));
    }
}

/// <summary>1x1 convolution, batch norm, ReLU.</summary>
internal sealed class Fusion : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly MapNorm bn;

    public Fusion(long from, long to) : base(nameof(Fusion))
    {
        conv = Conv2d(from, to, 1, bias: false);
        bn = new MapNorm(to);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => functional.relu(bn.call(conv.call(x)));
}
