using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense.Regions;

/// <summary>What the specs of heads on regions share: one map goes in, and only round numbers are at a kink.</summary>
/// <typeparam name="THead">The head.</typeparam>
/// <typeparam name="TCase">Its cases.</typeparam>
public abstract class RegionHeadSpec<THead, TCase> : ModuleSpec<THead, TCase>
    where THead : nn.Module
    where TCase : ImageCase
{
    /// <inheritdoc/>
    public sealed override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public sealed override bool SmoothAt(TCase @case) => @case?.Decimals is null;

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Run(THead module, TCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Said(module, inputs[0]);
    }

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Reference(TCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Defined(new(p), @case, inputs[0]);
    }

    private protected abstract Tensor[] Said(THead head, Tensor features);

    private protected abstract Tensor[] Defined(Formulas net, TCase @case, Tensor features);
}

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
public sealed class RegionProposalHeadSpec : RegionHeadSpec<RegionProposalHead, ProposalHeadCase>
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
    protected internal override RegionProposalHead Make(ProposalHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K);
    }

    private protected override Tensor[] Said(RegionProposalHead head, Tensor features)
    {
        var scores = head.call(features);
        return [scores.Objectness, scores.Deltas];
    }

    private protected override Tensor[] Defined(Formulas net, ProposalHeadCase @case, Tensor features)
    {
        var (objectness, deltas) = Formula(net, "", features, @case.K);
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
public sealed class BoxHeadSpec : RegionHeadSpec<BoxHead, BoxHeadCase>
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
    protected internal override BoxHead Make(BoxHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.H, @case.K, @case.Hidden);
    }

    private protected override Tensor[] Said(BoxHead head, Tensor features)
    {
        var said = head.call(features);
        return [said.Logits, said.Deltas];
    }

    private protected override Tensor[] Defined(Formulas net, BoxHeadCase @case, Tensor features)
    {
        var (logits, deltas) = Formula(net, "", features, @case.K);
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
