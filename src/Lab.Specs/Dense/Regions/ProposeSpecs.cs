using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using ClipOp = System.Func<TorchSharp.torch.Tensor, long, long, TorchSharp.torch.Tensor>;
using ProposeOp = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, System.Collections.Generic.IReadOnlyList<long>, long, long, long, long,
    double, double, Lab.Core.Dense.Regions.RegionProposals>;

namespace Lab.Specs.Dense.Regions;

/// <summary>What a head says of the anchors of a few maps, on an image of 12x16.</summary>
public sealed record ProposeCase : Case
{
    /// <summary>Anchors of the first map.</summary>
    public int N { get; init; } = 3;

    /// <summary>Maps; each has one anchor fewer than the one before.</summary>
    public int Maps { get; init; } = 1;

    /// <summary>Of each map before suppression.</summary>
    public int Before { get; init; } = 9;

    /// <summary>After it.</summary>
    public int After { get; init; } = 9;

    /// <summary>The IoU up to which two boxes are two objects.</summary>
    public double Overlap { get; init; } = 0.5;

    /// <summary>The shortest side.</summary>
    public double Least { get; init; }

    internal const int H = 12;

    internal const int W = 16;

    internal long[] PerMap => [.. Enumerable.Range(0, Maps).Select(i => (long)Math.Max(0, N - i))];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var all = PerMap.Sum();
        var middle = Numbers(2).Between(0, W, all, 2);
        var half = Numbers(3).Between(1, 5, all, 2);
        return
        [
            new("objectness", (2 * Numbers().Reals(all)).round() / 2) { Extremes = [1e4, -1e4] },       // some are equal
            new("deltas", 0.3 * Numbers(1).Reals(all, 4)) { Extremes = [1e4, -1e4] },
            new("anchors", cat([middle - half, middle + half], 1)),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 0)
            yield return this with { N = N - 1 };
        if (Maps > 1)
            yield return this with { Maps = Maps - 1 };
        if (Least > 0)
            yield return this with { Least = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Proposals, anchor by anchor.</summary>
public sealed class ProposeSpec : Spec<ProposeOp, ProposeCase>
{
    /// <inheritdoc/>
    public override ProposeOp Op => Region.Propose;

    /// <inheritdoc/>
    public override ProposeOp Oracle => ByHand;

    internal static RegionProposals ByHand(
        Tensor objectness, Tensor deltas, Tensor anchors, IReadOnlyList<long> perMap, long height, long width, long before, long after,
        double overlap, double least)
    {
        var scores = ClosedForm.Numbers(objectness);
        var (shifts, sides) = (ClosedForm.Numbers(deltas).Chunk(4).ToArray(), ClosedForm.Numbers(anchors).Chunk(4).ToArray());
        var (left, first) = (new List<(double Score, int Map, double[] Box)>(), 0);
        for (var map = 0; map < perMap.Count; map++)
        {
            var surest = Enumerable.Range(first, (int)perMap[map]).OrderByDescending(i => scores[i]).Take((int)before);
            left.AddRange(surest.Select(i => (scores[i], map, Inside(Moved(sides[i], shifts[i], 1, 1), height, width)))
                .Where(b => b.Item3[2] - b.Item3[0] >= least && b.Item3[3] - b.Item3[1] >= least));
            first += (int)perMap[map];
        }
        var kept = new List<(double Score, int Map, double[] Box)>();
        foreach (var one in left.OrderByDescending(b => b.Score))
        {
            if (!kept.Exists(k => k.Map == one.Map && Overlap(k.Box, one.Box) > overlap))
                kept.Add(one);
        }
        kept = [.. kept.Take((int)after)];
        return new(
            tensor([.. kept.SelectMany(k => k.Box)], dtype: ScalarType.Float64).reshape(-1, 4).to(objectness.dtype),
            tensor([.. kept.Select(k => k.Score)], dtype: ScalarType.Float64).to(objectness.dtype));
    }

    internal static double[] Moved(double[] box, double[] delta, double place, double size)
    {
        var (w, h) = (box[2] - box[0], box[3] - box[1]);
        var (x, y) = ((box[0] + box[2]) / 2 + w * delta[0] / place, (box[1] + box[3]) / 2 + h * delta[1] / place);
        (w, h) = (w * Math.Min(62.5, Math.Exp(delta[2] / size)), h * Math.Min(62.5, Math.Exp(delta[3] / size)));
        return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    }

    internal static double[] Inside(double[] box, long height, long width) =>
        [Math.Clamp(box[0], 0, width), Math.Clamp(box[1], 0, height), Math.Clamp(box[2], 0, width), Math.Clamp(box[3], 0, height)];

    internal static double Overlap(double[] a, double[] b)
    {
        var common = Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0])) * Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]));
        return common == 0 ? 0 : common / (Area(a) + Area(b) - common);

        static double Area(double[] box) => (box[2] - box[0]) * (box[3] - box[1]);
    }

    /// <inheritdoc/>
    public override Gen<ProposeCase> Cases =>
        from n in Gen.Choose(1, 8)
        from maps in Gen.Choose(1, 3)
        from before in Gen.Choose(1, 8)
        from after in Gen.Choose(1, 8)
        from overlap in Gen.Elements(0, 0.3, 0.7)
        from least in Gen.Elements(0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ProposeCase { N = n, Maps = maps, Before = before, After = after, Overlap = overlap, Least = least, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <summary>A little more or less makes another box go.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(100);

    /// <inheritdoc/>
    public override Tensor[] Call(ProposeOp op, ProposeCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        var found = op(
            arguments[0], arguments[1], arguments[2], @case.PerMap, ProposeCase.H, ProposeCase.W, @case.Before, @case.After, @case.Overlap, @case.Least);
        return [found.Boxes, found.Scores];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ProposeOp>> BadInputs =>
    [
        new("null for the logits", "objectness", Good, (op, x) => op(null!, x[1], x[2], [2], 9, 9, 9, 9, 0.5, 0)),
        new("integer logits", "objectness", () => [.. Good(), ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[3], x[1], x[2], [2], 9, 9, 9, 9, 0.5, 0)),
        new("logits of a batch", "objectness", () => [.. Good(), ones(1, 2)], (op, x) => op(x[3], x[1], x[2], [2], 9, 9, 9, 9, 0.5, 0)),
        new("null for the deltas", "deltas", Good, (op, x) => op(x[0], null!, x[2], [2], 9, 9, 9, 9, 0.5, 0)),
        new("deltas of another anchor", "deltas", () => [.. Good(), ones(3, 4)], (op, x) => op(x[0], x[3], x[2], [2], 9, 9, 9, 9, 0.5, 0)),
        new("anchors of another dtype", "anchors", () => [.. Good(), ones(2, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], x[3], [2], 9, 9, 9, 9, 0.5, 0)),
        new("null for the maps", "perMap", Good, (op, x) => op(x[0], x[1], x[2], null!, 9, 9, 9, 9, 0.5, 0)),
        new("maps with more anchors", "perMap", Good, (op, x) => op(x[0], x[1], x[2], [2, 1], 9, 9, 9, 9, 0.5, 0)),
        new("a map with fewer than none", "perMap", Good, (op, x) => op(x[0], x[1], x[2], [3, -1], 9, 9, 9, 9, 0.5, 0)),
        new("height 0", "height", Good, (op, x) => op(x[0], x[1], x[2], [2], 0, 9, 9, 9, 0.5, 0)),
        new("width 0", "width", Good, (op, x) => op(x[0], x[1], x[2], [2], 9, 0, 9, 9, 0.5, 0)),
        new("none before", "before", Good, (op, x) => op(x[0], x[1], x[2], [2], 9, 9, 0, 9, 0.5, 0)),
        new("none after", "after", Good, (op, x) => op(x[0], x[1], x[2], [2], 9, 9, 9, 0, 0.5, 0)),
        new("an overlap above 1", "overlap", Good, (op, x) => op(x[0], x[1], x[2], [2], 9, 9, 9, 9, 1.5, 0)),
        new("a side below 0", "leastSide", Good, (op, x) => op(x[0], x[1], x[2], [2], 9, 9, 9, 9, 0.5, -1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<ProposeOp, ProposeCase>> OwnLaws =>
    [
        Own("maps do not suppress each other", "Two equal boxes of two maps stay both, of one map only the surer.", (op, _) =>
        {
            var (logits, anchors) = (tensor([1.0, 2]), tensor(new[,] { { 1.0, 1, 5, 5 }, { 1, 1, 5, 5 } }));
            var (one, two) = (op(logits, zeros_like(anchors), anchors, [2], 9, 9, 9, 9, 0.5, 0), op(logits, zeros_like(anchors), anchors, [1, 1], 9, 9, 9, 9, 0.5, 0));
            return Comparison.Same("scores", one.Scores, tensor([2.0]), Tolerance).Then(() => Comparison.Same("scores", two.Scores, tensor([2.0, 1]), Tolerance));
        }) with { Cases = 1 },
        Own("no anchors, no proposals", "Without anchors there are boxes of shape [0, 4].", (op, _) =>
        {
            var none = op(zeros(0, dtype: ScalarType.Float64), zeros(0, 4, dtype: ScalarType.Float64), zeros(0, 4, dtype: ScalarType.Float64), [], 9, 9, 9, 9, 0.5, 0);
            return Verdict.Require(none.Boxes.shape is [0, 4] && none.Scores.shape is [0], "There are others.");
        }) with { Cases = 1 },
    ];

    private static Tensor[] Good() => [ones(2), zeros(2, 4), tensor(new[,] { { 1f, 1, 5, 5 }, { 2, 2, 6, 6 } })];
}

/// <summary>Cut boxes, number by number.</summary>
public sealed class ClipBoxesSpec : Spec<ClipOp, LevelsCase>
{
    /// <inheritdoc/>
    public override ClipOp Op => Region.ClipBoxes;

    /// <inheritdoc/>
    public override ClipOp Oracle => (boxes, height, width) =>
        tensor([.. ClosedForm.Numbers(boxes).Chunk(4).SelectMany(box => ProposeSpec.Inside(box, height, width))], dtype: ScalarType.Float64).reshape(boxes.shape).to(boxes.dtype);

    /// <inheritdoc/>
    public override Gen<LevelsCase> Cases =>
        from r in Gen.Choose(1, 6)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LevelsCase { R = r, Seed = seed };

    /// <summary>Its gradient has a law of its own.</summary>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(ClipOp op, LevelsCase @case, Tensor[] arguments) => [op(arguments[0], 5, 9)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ClipOp>> BadInputs =>
    [
        new("null for the boxes", "boxes", () => [], (op, _) => op(null!, 2, 2)),
        new("integer boxes", "boxes", () => [ones(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], 2, 2)),
        new("points", "boxes", () => [ones(2, 2)], (op, x) => op(x[0], 2, 2)),
        new("height 0", "height", () => [ones(2, 4)], (op, x) => op(x[0], 0, 2)),
        new("width 0", "width", () => [ones(2, 4)], (op, x) => op(x[0], 2, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<ClipOp, LevelsCase>> OwnLaws =>
    [
        Own("sides inside learn", "The gradient is 1 where a side lies inside and 0 where it was moved.", (op, _) =>
        {
            var boxes = tensor(new[,] { { -1.0, 2, 7, 12 } }).requires_grad_();
            op(boxes, 10, 8).sum().backward();
            return Comparison.Same("gradient", boxes.grad!, tensor(new[,] { { 0.0, 1, 1, 0 } }), Tolerance);
        }) with { Cases = 1 },
    ];
}
