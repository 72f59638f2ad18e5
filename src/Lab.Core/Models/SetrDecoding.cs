using Lab.Core.Dense;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>From what came out of every block, <c>[B, N, D]</c>, to a map of logits of any size.</summary>
internal abstract class SetrDecoding : Module
{
    protected SetrDecoding(string name) : base(name)
    {
    }

    public abstract Tensor Decode(IReadOnlyList<Tensor> depths, long height, long width);

    protected static Tensor Map(Tensor tokens, long height, long width) =>
        tokens.transpose(1, 2).reshape(tokens.size(0), tokens.size(2), height, width);

    protected static Tensor Times(Tensor x, long factor) => DenseLayers.ToSize(x, factor * x.size(2), factor * x.size(3));
}

/// <summary>Two products per patch.</summary>
internal sealed class NaiveDecoding : SetrDecoding
{
    private readonly LayerNorm norm;
    private readonly Sequential conv;
    private readonly Conv2d classifier;

    public NaiveDecoding(SetrSizes sizes, long classes) : base(nameof(NaiveDecoding))
    {
        norm = LayerNorm(sizes.Width, 1e-6);
        conv = DenseLayers.ConvolutionNormRelu(sizes.Width, sizes.DecoderWidth, 1);
        classifier = Conv2d(sizes.DecoderWidth, classes, 1);
        RegisterComponents();
    }

    public override Tensor Decode(IReadOnlyList<Tensor> depths, long height, long width) =>
        classifier.call(conv.call(Map(norm.call(depths[^1]), height, width)));
}

/// <summary>Steps of two with a convolution before each.</summary>
internal sealed class ProgressiveDecoding : SetrDecoding
{
    private readonly LayerNorm norm;
    private readonly ModuleList<Sequential> conv;
    private readonly Conv2d classifier;

    public ProgressiveDecoding(SetrSizes sizes, long classes) : base(nameof(ProgressiveDecoding))
    {
        norm = LayerNorm(sizes.Width, 1e-6);
        conv = new([.. Enumerable.Range(0, 4).Select(i =>
            DenseLayers.ConvolutionNormRelu(i == 0 ? sizes.Width : sizes.DecoderWidth, sizes.DecoderWidth))]);
        classifier = Conv2d(sizes.DecoderWidth, classes, 1);
        RegisterComponents();
    }

    public override Tensor Decode(IReadOnlyList<Tensor> depths, long height, long width) =>
        classifier.call(conv.Aggregate(Map(norm.call(depths[^1]), height, width), (x, step) => Times(step.call(x), 2)));
}

/// <summary>Four depths: each is brought to the decoder's width, the deeper ones are added to the shallower, and all come up by 4.</summary>
internal sealed class MultiLevelDecoding : SetrDecoding
{
    private const int Levels = 4;

    private readonly ModuleList<LayerNorm> norms;
    private readonly ModuleList<Sequential> reduce;
    private readonly ModuleList<Sequential> merge;
    private readonly ModuleList<Sequential> refine;
    private readonly ModuleList<Sequential> halve;
    private readonly Conv2d classifier;

    public MultiLevelDecoding(SetrSizes sizes, long classes) : base(nameof(MultiLevelDecoding))
    {
        var (width, half) = (sizes.DecoderWidth, sizes.DecoderWidth / 2);
        norms = Each(() => LayerNorm(sizes.Width, 1e-6));
        reduce = Each(() => DenseLayers.ConvolutionNormRelu(sizes.Width, width, 1));
        merge = Each(() => DenseLayers.ConvolutionNormRelu(width, width));
        refine = Each(() => DenseLayers.ConvolutionNormRelu(width, half));
        halve = Each(() => DenseLayers.ConvolutionNormRelu(half, half));
        classifier = Conv2d(Levels * half, classes, 1);
        RegisterComponents();
    }

    public override Tensor Decode(IReadOnlyList<Tensor> depths, long height, long width)
    {
        var streams = new Tensor[Levels];
        Tensor? above = null;
        for (var level = Levels - 1; level >= 0; level--)                       // from the deepest
        {
            var tokens = depths[(level + 1) * depths.Count / Levels - 1];
            var own = reduce[level].call(Map(norms[level].call(tokens), height, width));
            above = above is null ? own : own + above;
            streams[level] = Times(halve[level].call(refine[level].call(merge[level].call(above))), 4);
        }
        return classifier.call(cat(streams, 1));
    }

    private static ModuleList<T> Each<T>(Func<T> make) where T : Module => new([.. Enumerable.Range(0, Levels).Select(_ => make())]);
}
