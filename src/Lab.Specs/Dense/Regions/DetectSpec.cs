using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using DetectOp = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, double, double, long, double, double,
    Lab.Core.Dense.Regions.RegionDetections>;

namespace Lab.Specs.Dense.Regions;

/// <summary>What a head says of regions of an image of 12x16.</summary>
public sealed record DetectCase : Case
{
    /// <summary>Regions.</summary>
    public int R { get; init; } = 2;

    /// <summary>Classes.</summary>
    public int K { get; init; } = 1;

    /// <summary>The score that is too little.</summary>
    public double Least { get; init; } = 0.1;

    /// <summary>The IoU up to which two boxes are two objects.</summary>
    public double Overlap { get; init; } = 0.5;

    /// <summary>Objects at most.</summary>
    public int Most { get; init; } = 9;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var middle = Numbers(2).Between(-2, 18, R, 2);
        var half = Numbers(3).Between(1, 5, R, 2);
        return
        [
            new("logits", Numbers().Reals(R, K + 1)) { Extremes = [1e4, -1e4] },
            new("deltas", 3 * Numbers(1).Reals(R, K, 4)) { Extremes = [1e4, -1e4] },
            new("regions", cat([middle - half, middle + half], 1)),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (R > 1)
            yield return this with { R = R - 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Detections, region by region and class by class.</summary>
public sealed class DetectSpec : Spec<DetectOp, DetectCase>
{
    /// <inheritdoc/>
    public override DetectOp Op => Region.Detect;

    /// <inheritdoc/>
    public override DetectOp Oracle => ByHand;

    internal static RegionDetections ByHand(
        Tensor logits, Tensor deltas, Tensor regions, long height, long width, double least, double overlap, long most, double place, double size)
    {
        var K = (int)logits.size(1) - 1;
        var (scores, shifts, sides) = (ClosedForm.Numbers(logits).Chunk(K + 1).ToArray(), ClosedForm.Numbers(deltas).Chunk(4).ToArray(), ClosedForm.Numbers(regions).Chunk(4).ToArray());
        var all = new List<(double Score, int Label, double[] Box, int Region)>();
        for (var r = 0; r < sides.Length; r++)
        {
            var greatest = scores[r].Max();
            var mass = scores[r].Sum(z => Math.Exp(z - greatest));
            for (var k = 0; k < K; k++)
            {
                var box = ProposeSpec.Inside(ProposeSpec.Moved(sides[r], shifts[r * K + k], place, size), height, width);
                var score = Math.Exp(scores[r][k] - greatest) / mass;
                if (score > least && box[2] > box[0] && box[3] > box[1])
                    all.Add((score, k, box, r));
            }
        }
        var kept = new List<(double Score, int Label, double[] Box, int Region)>();
        foreach (var one in all.OrderByDescending(a => a.Score))
        {
            if (!kept.Exists(k => k.Label == one.Label && ProposeSpec.Overlap(k.Box, one.Box) > overlap))
                kept.Add(one);
        }
        kept = [.. kept.Take((int)most)];
        return new(
            tensor([.. kept.SelectMany(k => k.Box)], dtype: ScalarType.Float64).reshape(-1, 4).to(logits.dtype),
            tensor([.. kept.Select(k => (long)k.Label)], dtype: ScalarType.Int64),
            tensor([.. kept.Select(k => k.Score)], dtype: ScalarType.Float64).to(logits.dtype),
            tensor([.. kept.Select(k => (long)k.Region)], dtype: ScalarType.Int64));
    }

    /// <inheritdoc/>
    public override Gen<DetectCase> Cases =>
        from r in Gen.Choose(0, 5)
        from k in Gen.Choose(1, 3)
        from least in Gen.Elements(0.0, 0.2)
        from overlap in Gen.Elements(0, 0.4)
        from most in Gen.Choose(1, 9)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DetectCase { R = r, K = k, Least = least, Overlap = overlap, Most = most, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <summary>A little more or less makes another box go.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(100);

    /// <inheritdoc/>
    public override Tensor[] Call(DetectOp op, DetectCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        var found = op(arguments[0], arguments[1], arguments[2], ProposeCase.H, ProposeCase.W, @case.Least, @case.Overlap, @case.Most, 10, 5);
        return [found.Boxes, found.Labels, found.Scores, found.Regions];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<DetectOp>> BadInputs =>
    [
        new("null for the logits", "logits", Good, (op, x) => op(null!, x[1], x[2], 9, 9, 0, 0.5, 9, 10, 5)),
        new("integer logits", "logits", () => [.. Good(), ones(2, 3, dtype: ScalarType.Int64)], (op, x) => op(x[3], x[1], x[2], 9, 9, 0, 0.5, 9, 10, 5)),
        new("logits of background alone", "logits", () => [.. Good(), ones(2, 1)], (op, x) => op(x[3], x[1], x[2], 9, 9, 0, 0.5, 9, 10, 5)),
        new("null for the deltas", "deltas", Good, (op, x) => op(x[0], null!, x[2], 9, 9, 0, 0.5, 9, 10, 5)),
        new("deltas for background too", "deltas", () => [.. Good(), zeros(2, 3, 4)], (op, x) => op(x[0], x[3], x[2], 9, 9, 0, 0.5, 9, 10, 5)),
        new("null for the regions", "regions", Good, (op, x) => op(x[0], x[1], null!, 9, 9, 0, 0.5, 9, 10, 5)),
        new("a region too few", "regions", () => [.. Good(), ones(1, 4)], (op, x) => op(x[0], x[1], x[3], 9, 9, 0, 0.5, 9, 10, 5)),
        new("height 0", "height", Good, (op, x) => op(x[0], x[1], x[2], 0, 9, 0, 0.5, 9, 10, 5)),
        new("width 0", "width", Good, (op, x) => op(x[0], x[1], x[2], 9, 0, 0, 0.5, 9, 10, 5)),
        new("a least score of 1", "leastScore", Good, (op, x) => op(x[0], x[1], x[2], 9, 9, 1, 0.5, 9, 10, 5)),
        new("an overlap below 0", "overlap", Good, (op, x) => op(x[0], x[1], x[2], 9, 9, 0, -0.5, 9, 10, 5)),
        new("none at most", "most", Good, (op, x) => op(x[0], x[1], x[2], 9, 9, 0, 0.5, 0, 10, 5)),
        new("scale 0 of places", "placeScale", Good, (op, x) => op(x[0], x[1], x[2], 9, 9, 0, 0.5, 9, 0, 5)),
        new("scale 0 of sizes", "sizeScale", Good, (op, x) => op(x[0], x[1], x[2], 9, 9, 0, 0.5, 9, 10, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<DetectOp, DetectCase>> OwnLaws =>
    [
        Own("classes do not suppress each other", "One region with two likely classes is found twice, at the same place.", (op, _) =>
        {
            var found = op(tensor(new[,] { { 3.0, 2.9, -5 } }), zeros(1, 2, 4, dtype: ScalarType.Float64), tensor(new[,] { { 1.0, 1, 5, 5 } }), 9, 9, 0.05, 0.5, 9, 10, 5);
            return Comparison.Same("labels", found.Labels, tensor([0L, 1]), Tolerance).Then(() => Comparison.Same("boxes", found.Boxes[0], found.Boxes[1], Tolerance));
        }) with { Cases = 1 },
        Own("background is no object", "A region that is surely background, the last class, is not found, nor are its other classes.", (op, _) =>
        {
            var found = op(tensor(new[,] { { 0.0, 1, 9 } }), zeros(1, 2, 4, dtype: ScalarType.Float64), tensor(new[,] { { 1.0, 1, 5, 5 } }), 9, 9, 0.05, 0.5, 9, 10, 5);
            return Verdict.Require(found.Labels.numel() == 0, "It was.");
        }) with { Cases = 1 },
    ];

    private static Tensor[] Good() => [zeros(2, 3), zeros(2, 2, 4), tensor(new[,] { { 1f, 1, 5, 5 }, { 2, 2, 6, 6 } })];
}
