using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using Lab.Specs.Metrics;
using static TorchSharp.torch;
using MergeOp = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, double, double, long, long,
    Lab.Core.Dense.Regions.PanopticMap>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Objects and a label map of a few pixels.</summary>
public sealed record MergeCase : Case
{
    /// <summary>Objects.</summary>
    public int D { get; init; } = 1;

    /// <summary>Height.</summary>
    public int H { get; init; } = 2;

    /// <summary>Width.</summary>
    public int W { get; init; } = 3;

    /// <summary>Classes of things.</summary>
    public int K { get; init; } = 2;

    /// <summary>Other classes.</summary>
    public int S { get; init; } = 2;

    /// <summary>The share of its pixels that an object may lose.</summary>
    public double Overlap { get; init; } = 0.5;

    /// <summary>The least area of a region.</summary>
    public int Least { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("masks", Numbers().Mask(0.4, D, H, W)),
        new("labels", Numbers(1).Indices(K, D)),
        new("scores", Numbers(2).Indices(6, D).to(ScalarType.Float64) / 5) { Extremes = [1e4, -1e4] },  // some are equal
        new("semantic", Numbers(3).Indices(S + 1, H, W)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (D > 0)
            yield return this with { D = D - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (S > 0)
            yield return this with { S = S - 1 };
        if (Least > 0)
            yield return this with { Least = 0 };
    }
}

/// <summary>The merge, object by object and pixel by pixel.</summary>
public sealed class MergePanopticSpec : Spec<MergeOp, MergeCase>
{
    /// <inheritdoc/>
    public override MergeOp Op => Region.MergePanoptic;

    /// <inheritdoc/>
    public override MergeOp Oracle => ByHand;

    internal static PanopticMap ByHand(
        Tensor masks, Tensor labels, Tensor scores, Tensor semantic, long things, long others, double least, double overlap, long area, long nothing)
    {
        var pixels = (int)semantic.numel();
        var (flags, kinds, sure, classes) = (OverlapCase.Flags(masks), ClosedForm.Indices(labels), ClosedForm.Numbers(scores), ClosedForm.Indices(semantic));
        var (categories, numbers, count) = (Enumerable.Repeat(nothing, pixels).ToArray(), new long[pixels], 0L);
        foreach (var d in Enumerable.Range(0, kinds.Length).Where(d => sure[d] >= least).OrderByDescending(d => sure[d]))
        {
            var own = Enumerable.Range(0, pixels).Where(p => flags[d * pixels + p]).ToArray();
            var free = own.Where(p => numbers[p] == 0).ToArray();
            if (free.Length == 0 || own.Length - free.Length > overlap * own.Length)
                continue;
            count++;
            foreach (var p in free)
                (numbers[p], categories[p]) = (count, kinds[d]);
        }
        foreach (var region in Enumerable.Range(0, pixels).Where(p => numbers[p] == 0 && classes[p] > 0).GroupBy(p => classes[p]).Where(r => r.Count() >= area))
        {
            foreach (var p in region)
                categories[p] = things + region.Key - 1;
        }
        return new(tensor(categories).reshape(semantic.shape), tensor(numbers).reshape(semantic.shape));
    }

    /// <inheritdoc/>
    public override Gen<MergeCase> Cases =>
        from d in Gen.Choose(0, 4)
        from h in Gen.Choose(1, 4)
        from w in Gen.Choose(1, 4)
        from k in Gen.Choose(1, 3)
        from s in Gen.Choose(0, 2)
        from overlap in Gen.Elements(0, 0.5, 1)
        from least in Gen.Elements(0, 2, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MergeCase { D = d, H = h, W = w, K = k, S = s, Overlap = overlap, Least = least, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(MergeOp op, MergeCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        var map = op(arguments[0], arguments[1], arguments[2], arguments[3], @case.K, @case.S, 0.5, @case.Overlap, @case.Least, 255);
        return [map.Categories, map.Numbers];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MergeOp>> BadInputs =>
    [
        new("null for the masks", "masks", Good, (op, x) => op(null!, x[1], x[2], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("masks as numbers", "masks", () => [.. Good(), ones(2, 3, 3)], (op, x) => op(x[4], x[1], x[2], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("a mask without its dimension", "masks", () => [.. Good(), ones(3, 3, dtype: ScalarType.Bool)], (op, x) => op(x[4], x[1], x[2], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("label -1", "labels", () => [.. Good(), tensor([0L, -1])], (op, x) => op(x[0], x[4], x[2], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("a label of K", "labels", () => [.. Good(), tensor([0L, 2])], (op, x) => op(x[0], x[4], x[2], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("a score too few", "scores", () => [.. Good(), ones(1)], (op, x) => op(x[0], x[1], x[4], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("integer scores", "scores", () => [.. Good(), ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], x[4], x[3], 2, 2, 0.5, 0.5, 0, 255)),
        new("null for the label map", "semantic", Good, (op, x) => op(x[0], x[1], x[2], null!, 2, 2, 0.5, 0.5, 0, 255)),
        new("a label map of another size", "semantic", () => [.. Good(), zeros(3, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], x[2], x[4], 2, 2, 0.5, 0.5, 0, 255)),
        new("a pixel of no class", "semantic", () => [.. Good(), 3 * ones(3, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], x[2], x[4], 2, 2, 0.5, 0.5, 0, 255)),
        new("a pixel of class -1", "semantic", () => [.. Good(), -ones(3, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], x[2], x[4], 2, 2, 0.5, 0.5, 0, 255)),
        new("no things", "things", Good, (op, x) => op(x[0], x[1], x[2], x[3], 0, 2, 0.5, 0.5, 0, 255)),
        new("fewer others than none", "others", Good, (op, x) => op(x[0], x[1], x[2], x[3], 2, -1, 0.5, 0.5, 0, 255)),
        new("a least score above 1", "leastScore", Good, (op, x) => op(x[0], x[1], x[2], x[3], 2, 2, 1.5, 0.5, 0, 255)),
        new("an overlap above 1", "overlap", Good, (op, x) => op(x[0], x[1], x[2], x[3], 2, 2, 0.5, 1.5, 0, 255)),
        new("an area below 0", "leastArea", Good, (op, x) => op(x[0], x[1], x[2], x[3], 2, 2, 0.5, 0.5, -1, 255)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<MergeOp, MergeCase>> OwnLaws =>
    [
        Own("worked by hand", "A sure object takes its pixels, one behind it the rest of its own, one that has lost most nothing; the sky takes what is left, and a scrap of it is void.", (op, _) =>
        {
            var masks = tensor(new long[,,] { { { 1, 1, 0, 0, 0, 0, 0 } }, { { 0, 1, 1, 1, 0, 0, 0 } }, { { 1, 1, 1, 0, 0, 0, 0 } } }).to(ScalarType.Bool);
            var map = op(masks, tensor([0L, 1, 1]), tensor([0.9, 0.8, 0.7]), tensor(new long[,] { { 1, 1, 1, 1, 1, 1, 2 } }), 2, 2, 0.5, 0.5, 2, 255);
            return Comparison.Same("categories", map.Categories, tensor(new long[,] { { 0, 0, 1, 1, 2, 2, 255 } }), Tolerance)
                .Then(() => Comparison.Same("numbers", map.Numbers, tensor(new long[,] { { 1, 1, 2, 2, 0, 0, 0 } }), Tolerance));
        }) with { Cases = 1 },
        Own("a number is one thing", "All pixels of one number are of one class of things, numbers run from 1 without a gap, and pixels without a number are of no such class.", (op, c) =>
        {
            var map = Call(op, c, [.. c.Draw().Select(a => a.Value)]);
            var (categories, numbers) = (ClosedForm.Indices(map[0]), ClosedForm.Indices(map[1]));
            var groups = categories.Zip(numbers).GroupBy(p => p.Second).ToArray();
            var named = groups.Where(g => g.Key > 0).ToArray();
            return Verdict.Require(named.All(g => g.Select(p => p.First).Distinct().Single() < c.K), "A number has two classes, or one that is no thing.")
                .Then(() => Verdict.Require(named.Length == numbers.Max(), "A number is left out."))
                .Then(() => Verdict.Require(groups.Where(g => g.Key == 0).SelectMany(g => g).All(p => p.First >= c.K), "A thing has no number."));
        }),
    ];

    private static Tensor[] Good() => [zeros(2, 3, 3, dtype: ScalarType.Bool), tensor([0L, 1]), ones(2), zeros(3, 3, dtype: ScalarType.Int64)];
}
