using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>
/// Self-attention over the pixels of a map; with a reduction R, keys and values are of a map R times smaller, and the cost falls by
/// R². A map smaller than R is filled up with zeros.
/// </summary>
internal sealed class ImageAttention : Module
{
    private readonly Linear q;
    private readonly Linear kv;
    private readonly Linear proj;
    private readonly Conv2d? sr;
    private readonly LayerNorm? norm;
    private readonly long heads;
    private readonly long reduction;

    public ImageAttention(long width, long heads, long reduction = 1) : base(nameof(ImageAttention))
    {
        (this.heads, this.reduction) = (heads, reduction);
        q = Linear(width, width);
        kv = Linear(width, 2 * width);
        proj = Linear(width, width);
        if (reduction > 1)
            (sr, norm) = (Conv2d(width, width, reduction, stride: reduction), LayerNorm(width));
        RegisterComponents();
    }

    /// <summary>Reads and writes <c>[B, H·W, D]</c>.</summary>
    public Tensor Attend(Tensor x, long height, long width)
    {
        var (batch, size) = (x.size(0), x.size(2));
        var seen = x;
        if (sr is not null)
        {
            var map = x.transpose(1, 2).reshape(batch, size, height, width);
            var (below, right) = (Math.Max(0, reduction - height), Math.Max(0, reduction - width));
            if (below + right > 0)
                map = functional.pad(map, [0, right, 0, below]);
            seen = norm!.call(sr.call(map).flatten(2).transpose(1, 2));
        }
        var queries = Split(q.call(x), 1).select(0, 0);                         // [B, heads, N, D/heads]
        var both = Split(kv.call(seen), 2);
        var scores = queries.matmul(both.select(0, 0).transpose(2, 3)) / Math.Sqrt((double)size / heads);
        var context = scores.softmax(-1).matmul(both.select(0, 1));             // [B, heads, N, D/heads]
        return proj.call(context.transpose(1, 2).flatten(2));

        Tensor Split(Tensor y, long parts) => y.reshape(batch, y.size(1), parts, heads, size / heads).permute(2, 0, 3, 1, 4);
    }
}

/// <summary>The layer between attentions: <c>W·gelu(C·(V·x))</c>, with C a 3x3 convolution of each channel by itself, or nothing.</summary>
internal sealed class PixelFeed : Module
{
    private readonly Linear fc1;
    private readonly DepthwiseConvolution? dwconv;
    private readonly Linear fc2;

    public PixelFeed(long width, long inner, bool mix) : base(nameof(PixelFeed))
    {
        fc1 = Linear(width, inner);
        dwconv = mix ? new DepthwiseConvolution(inner) : null;
        fc2 = Linear(inner, width);
        RegisterComponents();
    }

    /// <summary>Reads and writes <c>[B, H·W, D]</c>.</summary>
    public Tensor Feed(Tensor x, long height, long width)
    {
        var inner = fc1.call(x);
        return fc2.call(functional.gelu(dwconv is null ? inner : dwconv.Over(inner, height, width)));
    }
}

/// <summary>A 3x3 convolution of each channel by itself. At the border it sees zeros, from which a network learns where it is.</summary>
internal sealed class DepthwiseConvolution : Module
{
    private readonly Conv2d dwconv;

    public DepthwiseConvolution(long channels) : base(nameof(DepthwiseConvolution))
    {
        dwconv = Conv2d(channels, channels, 3, padding: 1, groups: channels);
        RegisterComponents();
    }

    public Tensor Over(Tensor x, long height, long width) =>
        dwconv.call(x.transpose(1, 2).reshape(x.size(0), x.size(2), height, width)).flatten(2).transpose(1, 2);
}

/// <summary>Attention, then the feed-forward layer, each behind a layer norm and added to what came in.</summary>
internal sealed class ImageBlock : Module
{
    private readonly LayerNorm norm1;
    private readonly ImageAttention attn;
    private readonly LayerNorm norm2;
    private readonly PixelFeed mlp;
    private readonly double dropPath;

    public ImageBlock(long width, long heads, long inner, long reduction, bool mix, double dropPath) : base(nameof(ImageBlock))
    {
        norm1 = LayerNorm(width, 1e-6);
        attn = new ImageAttention(width, heads, reduction);
        norm2 = LayerNorm(width, 1e-6);
        mlp = new PixelFeed(width, inner, mix);
        this.dropPath = dropPath;
        RegisterComponents();
    }

    /// <summary>Reads and writes <c>[B, H·W, D]</c>.</summary>
    public Tensor Through(Tensor x, long height, long width)
    {
        x = x + Kept(attn.Attend(norm1.call(x), height, width));
        return x + Kept(mlp.Feed(norm2.call(x), height, width));
    }

    /// <summary>Stochastic depth: in training the whole branch is left out for some images.</summary>
    private Tensor Kept(Tensor branch)
    {
        if (!training || dropPath == 0)
            return branch;
        var keep = rand([branch.size(0), 1, 1], branch.dtype, branch.device) >= dropPath;
        return branch * keep / (1 - dropPath);
    }
}

/// <summary>Cuts an image, or a map, into patches that may overlap, and makes a vector of each.</summary>
internal sealed class PatchEmbedding : Module
{
    private readonly Conv2d proj;
    private readonly LayerNorm norm;

    public PatchEmbedding(long from, long to, long patch, long stride) : base(nameof(PatchEmbedding))
    {
        proj = Conv2d(from, to, patch, stride: stride, padding: patch / 2);
        norm = LayerNorm(to);
        RegisterComponents();
    }

    /// <summary><c>[B, C, H, W]</c> to <c>[B, h·w, D]</c>, and h and w.</summary>
    public (Tensor Tokens, long Height, long Width) Embed(Tensor x)
    {
        var map = proj.call(x);
        return (norm.call(map.flatten(2).transpose(1, 2)), map.size(2), map.size(3));
    }
}
