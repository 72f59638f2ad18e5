using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense.Regions;

/// <summary>A map; K anchors at each pixel.</summary>
public sealed record ProposalHeadCase : ImageCase
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    private protected override Layout Layout => Of(new(), "", C, K);

    internal static Layout Of(Layout layout, string prefix, long channels, long anchors) => layout
        .Conv($"{prefix}conv", channels, channels, 3).Conv($"{prefix}objectness", anchors, channels, 1).Conv($"{prefix}deltas", 4 * anchors, channels, 1);
}

/// <summary>The first stage's head, pixel by pixel and anchor by anchor.</summary>
public sealed class RegionProposalHeadSpec : ModuleSpec<RegionProposalHead, ProposalHeadCase>
{
    /// <inheritdoc/>
    protected internal override ProposalHeadCase Usual => new() { C = 4, K = 3, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<ProposalHeadCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 3)
        from w in Gen.Choose(1, 3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ProposalHeadCase { B = b, C = c, K = k, H = h, W = w, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool SmoothAt(ProposalHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    protected internal override RegionProposalHead Make(ProposalHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(RegionProposalHead module, ProposalHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var scores = module.call(inputs[0]);
        return [scores.Objectness, scores.Deltas];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(ProposalHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var (objectness, deltas) = Formula(new(p), "", inputs[0], @case.K);
        return [objectness, deltas];
    }

    internal static (Tensor Objectness, Tensor Deltas) Formula(Formulas net, string prefix, Tensor map, long anchors)
    {
        var seen = F.relu(net.Conv(map, $"{prefix}conv", padding: 1));
        var (logits, deltas) = (net.Conv(seen, $"{prefix}objectness"), net.Conv(seen, $"{prefix}deltas"));
        var (sure, moved) = (new List<Tensor>(), new List<Tensor>());
        for (var i = 0L; i < map.size(2); i++)
        {
            for (var j = 0L; j < map.size(3); j++)
            {
                var (there, shift) = (logits.select(3, j).select(2, i), deltas.select(3, j).select(2, i));
                for (var a = 0L; a < anchors; a++)
                {
                    sure.Add(there.select(1, a));
                    moved.Add(shift.narrow(1, 4 * a, 4));
                }
            }
        }
        return (stack(sure, 1), stack(moved, 1));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<ProposalHeadCase>>> BadInputs =>
    [
        Given("null for the features", "features", () => [], (head, _) => head.call(null!)),
        Given("features of other channels", "features", () => [ones(1, 3, 2, 2)], (head, x) => head.call(x[0])),
        Given("features of another dtype", "features", () => [ones(1, 4, 2, 2, dtype: ScalarType.Float64)], (head, x) => head.call(x[0])),
        Made("no channels", "channels", () => new RegionProposalHead(0, 3).Dispose()),
        Made("no anchors", "anchors", () => new RegionProposalHead(2, 0).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<ProposalHeadCase>, ProposalHeadCase>> ModelLaws =>
    [
        Own("anchors come in the order of their boxes", "What the head says of an anchor stands where Region.Anchors has its box.", (_, _) =>
        {
            using var head = new RegionProposalHead(1, 2);
            var map = arange(6, dtype: ScalarType.Float32).reshape(1, 1, 2, 3);
            using (no_grad())
            {
                foreach (var (name, p) in head.named_parameters())
                    p.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1);
                head.get_parameter("conv.weight")!.mul_(tensor(new[,] { { 0f, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 } }));
                head.get_parameter("objectness.weight")![1].mul_(10);
            }
            var said = head.call(map).Objectness[0];
            var left = Region.Anchors(2, 3, 1, [1, 2], [1]).narrow(1, 0, 1).squeeze(1);
            return Comparison.Same("logits", said, tensor([0f, 0, 1, 10, 2, 20, 3, 30, 4, 40, 5, 50]), Tolerance)
                .Then(() => Comparison.Same("left sides", left, tensor([0, -0.5, 1, 0.5, 2, 1.5, 0, -0.5, 1, 0.5, 2, 1.5]), Tolerance));
        }) with { Cases = 1 },
        Own("as many parameters as torchvision's", "At 256 channels and 3 anchors 593,935 numbers learn.", (_, _) =>
        {
            var count = ProposalHeadCase.Of(new(), "", 256, 3).Count;
            return Verdict.Require(count == 593_935, $"There are {count}.");
        }) with { Cases = 1 },
    ];
}

/// <summary>Regions: as many as images, square.</summary>
public sealed record BoxHeadCase : ImageCase
{
    /// <summary>Width between the layers.</summary>
    public int Hidden { get; init; } = 3;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    private protected override Layout Layout => Of(new(), "", C, H, K, Hidden);

    internal static Layout Of(Layout layout, string prefix, long channels, long size, long classes, long hidden) => layout
        .Linear($"{prefix}fc6", hidden, channels * size * size).Linear($"{prefix}fc7", hidden, hidden)
        .Linear($"{prefix}classes", classes + 1, hidden).Linear($"{prefix}boxes", 4 * classes, hidden);

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
        [new("features", Numbers().Reals(B, C, H, H)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] }];
}

/// <summary>The box head, layer by layer.</summary>
public sealed class BoxHeadSpec : ModuleSpec<BoxHead, BoxHeadCase>
{
    /// <inheritdoc/>
    protected internal override BoxHeadCase Usual => new() { Hidden = 16, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<BoxHeadCase> Cases =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 3)
        from hidden in Gen.Choose(1, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BoxHeadCase { B = b, C = c, K = k, H = h, Hidden = hidden, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool SmoothAt(BoxHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    protected internal override BoxHead Make(BoxHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.H, @case.K, @case.Hidden);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(BoxHead module, BoxHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var said = module.call(inputs[0]);
        return [said.Logits, said.Deltas];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(BoxHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var (logits, deltas) = Formula(new(p), "", inputs[0], @case.K);
        return [logits, deltas];
    }

    internal static (Tensor Logits, Tensor Deltas) Formula(Formulas net, string prefix, Tensor features, long classes)
    {
        var seen = F.relu(net.Linear(F.relu(net.Linear(features.reshape(-1, features.size(1) * features.size(2) * features.size(3)), $"{prefix}fc6")), $"{prefix}fc7"));
        var flat = net.Linear(seen, $"{prefix}boxes");
        return (net.Linear(seen, $"{prefix}classes"), stack([.. Enumerable.Range(0, (int)classes).Select(k => flat.narrow(1, 4 * k, 4))], 1));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<BoxHeadCase>>> BadInputs =>
    [
        Given("null for the features", "features", () => [], (head, _) => head.call(null!)),
        Given("features of other channels", "features", () => [ones(2, 3, 3, 3)], (head, x) => head.call(x[0])),
        Given("a grid of another size", "features", () => [ones(2, 2, 4, 3)], (head, x) => head.call(x[0])),
        Given("features of another dtype", "features", () => [ones(2, 2, 3, 3, dtype: ScalarType.Float64)], (head, x) => head.call(x[0])),
        Made("no channels", "channels", () => new BoxHead(0, 3, 2).Dispose()),
        Made("no grid", "size", () => new BoxHead(2, 0, 2).Dispose()),
        Made("no classes", "classes", () => new BoxHead(2, 3, 0).Dispose()),
        Made("no width", "hidden", () => new BoxHead(2, 3, 2, 0).Dispose()),
    ];
}

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
public sealed class MaskHeadSpec : ModuleSpec<MaskHead, MaskHeadCase>
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
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool SmoothAt(MaskHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(500 * magnitude);

    /// <inheritdoc/>
    protected internal override MaskHead Make(MaskHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Width, @case.Depth);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(MaskHead module, MaskHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(MaskHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        return [Formula(new(p), "", inputs[0], @case.Depth)];
    }

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
