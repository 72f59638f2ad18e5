using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Dense.Regions;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Models;

/// <summary>Small images with objects, and a narrow Mask R-CNN; with S other classes a narrow Panoptic FPN.</summary>
public sealed record MaskRcnnCase : ImageCase
{
    /// <summary>Objects of each image.</summary>
    public int G { get; init; } = 1;

    /// <summary>Classes that cannot be counted; 0 for Mask R-CNN.</summary>
    public int S { get; init; }

    /// <summary>Channels of the backbone.</summary>
    public int Base { get; init; } = 1;

    /// <summary>Channels of everything else.</summary>
    public int Width { get; init; } = 2;

    internal static readonly long[] Depths = [1, 1, 1, 1];

    internal static readonly double[] Strides = [4, 8, 16, 32, 64];

    internal MaskRcnnOptions Settings => new()
    {
        Width = Width,
        Hidden = Width + 1,
        MaskWidth = Width,
        AnchorSizes = [6, 10, 16, 24, 32],
        AnchorRatios = [0.7, 1.4],
        ProposalsBefore = 7,
        ProposalsAfter = 8,
        AnchorSample = 100_000,
        RegionSample = 100_000,
        BoxGrid = 2,
        MaskGrid = 3,
        CanonicalSize = 12,
        LeastScore = 0.1,
        MostObjects = 6,
    };

    /// <summary>Losses are of all images together.</summary>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    private protected override Layout Layout => S == 0
        ? Of(new(), "", Base, C, K, Settings)
        : SemanticCase.Of(Of(new(), "instances.", Base, C, K, Settings), "semantic.", Width, 4, S + 1, 2 * Width);

    internal static Layout Of(Layout layout, string prefix, long width, long channels, long classes, MaskRcnnOptions o) =>
        Of(layout, prefix, Depths, ResNetBlock.Basic, width, channels, classes, o);

    internal static Layout Of(
        Layout layout, string prefix, long[] depths, ResNetBlock block, long width, long channels, long classes, MaskRcnnOptions o)
    {
        ResNetCase.Of($"{prefix}backbone.", depths, block, width, channels, layout);
        var times = block == ResNetBlock.Basic ? 1 : 4;
        PyramidCase.Of(layout, $"{prefix}pyramid.", [times * width, 2 * times * width, 4 * times * width, 8 * times * width], o.Width);
        ProposalHeadCase.Of(layout, $"{prefix}proposal.", o.Width, o.AnchorRatios.Count);
        BoxHeadCase.Of(layout, $"{prefix}box.", o.Width, o.BoxGrid, classes, o.Hidden);
        return MaskHeadCase.Of(layout, $"{prefix}mask.", o.Width, classes, o.MaskWidth, 4);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        var size = tensor([(double)W, H]);
        var low = Numbers(1).Between(0, 0.6, B, G, 2);
        var boxes = cat([low, low + Numbers(2).Between(0.2, 0.4, B, G, 2)], 2) * cat([size, size]);
        return
        [
            new("images", Numbers().Reals(B, C, H, W)),
            new("boxes", boxes),
            new("labels", Numbers(3).Indices(K, B, G)),
            new("masks", Numbers(4).Mask(0.6, B, G, H, W)),
            .. S == 0 ? [] : new Argument[] { new("pixels", where(Numbers(6).Mask(0.8, B, H, W), Numbers(5).Indices(S + 1, B, H, W), tensor(255L))) },
        ];
    }

    internal static IReadOnlyList<InstanceTargets> Targets(IReadOnlyList<Tensor> inputs) =>
        [.. Enumerable.Range(0, (int)inputs[0].size(0)).Select(b => new InstanceTargets(inputs[1][b], inputs[2][b], inputs[3][b]))];

    internal ResNet Backbone() => new(Depths, ResNetBlock.Basic, Base, 32, C);

    /// <summary>Usual inputs in single precision.</summary>
    internal Tensor[] InSingle() => [.. Inputs().Select(a => a.IsReal ? a.Value.to(ScalarType.Float32) : a.Value)];
}
