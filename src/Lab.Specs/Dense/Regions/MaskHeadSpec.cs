using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense.Regions;

/// <summary>Regions, as many as images.</summary>
public sealed record MaskHeadCase : ImageCase
{
    /// <summary>Channels between the convolutions.</summary>
    public int Width { get; init; } = 2;

    /// <summary>How many convolutions.</summary>
    public int Depth { get; init; } = 1;

    /// <inheritdoc/>
    private protected override Layout Layout => Of(new(), "", C, K, Width, Depth);

    internal static Layout Of(Layout layout, string prefix, long channels, long classes, long width, int depth)
    {
        for (var i = 0; i < depth; i++)
            layout.Conv($"{prefix}conv.{2 * i}", width, i == 0 ? channels : width, 3);
        return layout.Conv($"{prefix}upsample", width, width, 2).Conv($"{prefix}classifier", classes, width, 1);
    }
}

/// <summary>The mask head, layer by layer.</summary>
public sealed class MaskHeadSpec : RegionHeadSpec<MaskHead, MaskHeadCase>
{
    /// <inheritdoc/>
    protected internal override MaskHeadCase Usual => new() { Width = 8, Depth = 2, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<MaskHeadCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 3)
        from w in Gen.Choose(1, 3)
        from depth in Gen.Choose(1, 3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MaskHeadCase { B = b, C = c, K = k, H = h, W = w, Depth = depth, Seed = seed };

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(500 * magnitude);

    /// <inheritdoc/>
    protected internal override MaskHead Make(MaskHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Width, @case.Depth);
    }

    private protected override Tensor[] Said(MaskHead head, Tensor features) => [head.call(features)];

    private protected override Tensor[] Defined(Formulas net, MaskHeadCase @case, Tensor features) => [Formula(net, "", features, @case.Depth)];

    internal static Tensor Formula(Formulas net, string prefix, Tensor features, int depth)
    {
        for (var i = 0; i < depth; i++)
            features = F.relu(net.Conv(features, $"{prefix}conv.{2 * i}", padding: 1));
        // Each pixel becomes two by two, each by a product of its own.
        var weight = net[$"{prefix}upsample.weight"];
        var rows = Enumerable.Range(0, 2).Select(i => Enumerable.Range(0, 2).Select(j => einsum("bchw,cd->bdhw", features, weight.select(3, j).select(2, i))).ToArray());
        var (b, c, h, w) = (features.size(0), weight.size(1), features.size(2), features.size(3));
        var doubled = stack([.. rows.Select(row => stack(row, -1).reshape(b, c, h, 2 * w))], 3).reshape(b, c, 2 * h, 2 * w);
        return net.Conv(F.relu(doubled + net[$"{prefix}upsample.bias"].reshape(1, -1, 1, 1)), $"{prefix}classifier");
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<MaskHeadCase>>> BadInputs =>
    [
        Given("null for the features", "features", () => [], (head, _) => head.call(null!)),
        Given("features of other channels", "features", () => [ones(2, 3, 3, 3)], (head, x) => head.call(x[0])),
        Given("features of another dtype", "features", () => [ones(2, 2, 3, 3, dtype: ScalarType.Float64)], (head, x) => head.call(x[0])),
        Given("no features to paint", "features", () => [zeros(2, dtype: ScalarType.Int64)], (head, x) => head.ForwardMask(null!, x[0])),
        Given("label -1, which would pick the last class", "labels", () => [ones(2, 2, 3, 3), tensor([0L, -1])], (head, x) => head.ForwardMask(x[0], x[1])),
        Given("a label of K", "labels", () => [ones(2, 2, 3, 3), tensor([0L, 2])], (head, x) => head.ForwardMask(x[0], x[1])),
        Given("a label too few", "labels", () => [ones(2, 2, 3, 3), tensor([0L])], (head, x) => head.ForwardMask(x[0], x[1])),
        Given("labels as real numbers", "labels", () => [ones(2, 2, 3, 3), zeros(2)], (head, x) => head.ForwardMask(x[0], x[1])),
        Given("null for the labels", "labels", () => [ones(2, 2, 3, 3)], (head, x) => head.ForwardMask(x[0], null!)),
        Made("no channels", "channels", () => new MaskHead(0, 3).Dispose()),
        Made("no classes", "classes", () => new MaskHead(2, 0).Dispose()),
        Made("no width", "width", () => new MaskHead(2, 3, 0).Dispose()),
        Made("no convolutions", "convolutions", () => new MaskHead(2, 3, 2, 0).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<MaskHeadCase>, MaskHeadCase>> ModelLaws =>
    [
        Own("one mask is one of all", "ForwardMask gives the mask that forward gives for the label, region by region.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var labels = arange(c.B, dtype: ScalarType.Int64).remainder(c.K);
            var all = head.call(x[0]);
            return Comparison.Same("mask", head.ForwardMask(x[0], labels), stack([.. Enumerable.Range(0, c.B).Select(r => all[r, r % c.K])]), new Tolerance(0, 0));
        }),
        Own("as many parameters as documented", "At 256 channels and 90 classes 2,645,850 numbers learn.", (_, _) =>
        {
            var count = MaskHeadCase.Of(new(), "", 256, 90, 256, 4).Count;
            return Verdict.Require(count == 2_645_850, $"There are {count}.");
        }) with { Cases = 1 },
    ];
}
