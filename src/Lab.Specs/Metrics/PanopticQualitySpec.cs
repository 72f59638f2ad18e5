using FsCheck;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using PanopticOp = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, TorchSharp.torch.Tensor?,
    Lab.Core.Metrics.PanopticScores>;

namespace Lab.Specs.Metrics;

/// <summary>Panoptic quality against sets of pixels, pair by pair.</summary>
public sealed class PanopticQualitySpec : Spec<PanopticOp, PanopticCase>
{
    private const long Void = PanopticCase.Void;

    /// <inheritdoc/>
    public override PanopticOp Op => Metric.PanopticQuality;

    /// <inheritdoc/>
    public override PanopticOp Oracle => (categories, instances, trueCategories, trueInstances, classes, voidCategory, crowd) =>
    {
        var (sum, hits, extra, lost) = (new double[classes], new long[classes], new long[classes], new long[classes]);
        for (var n = 0L; n < categories.size(0); n++)
        {
            var found = Segments(categories[n], instances[n], voidCategory);
            var truth = Segments(trueCategories[n], trueInstances[n], voidCategory);
            var isVoid = ClosedForm.Indices(trueCategories[n]).Select((k, i) => (k, i)).Where(x => x.k == voidCategory).Select(x => x.i).ToHashSet();
            var crowds = crowd is null ? [] : OverlapCase.Flags(crowd[n]).Select((c, i) => (c, i)).Where(x => x.c).Select(x => x.i).ToHashSet();
            var met = new HashSet<int>();
            foreach (var (k, pixels) in found)
            {
                var match = truth.FindIndex(t => t.K == k && !t.Pixels.Overlaps(crowds) && Overlap(pixels, t.Pixels, isVoid) > 0.5);
                if (match >= 0)
                {
                    met.Add(match);
                    hits[k]++;
                    sum[k] += Overlap(pixels, truth[match].Pixels, isVoid);
                    continue;
                }
                var excused = pixels.Count(p => isVoid.Contains(p) || truth.Exists(t => t.K == k && t.Pixels.Contains(p) && t.Pixels.Overlaps(crowds)));
                extra[k] += 2 * excused > pixels.Count ? 0 : 1;
            }
            for (var t = 0; t < truth.Count; t++)
                lost[truth[t].K] += met.Contains(t) || truth[t].Pixels.Overlaps(crowds) ? 0 : 1;
        }
        var (q, s, r) = (new double[classes], new double[classes], new double[classes]);
        for (var k = 0; k < classes; k++)
        {
            s[k] = sum[k] / hits[k];
            r[k] = hits[k] / (hits[k] + 0.5 * extra[k] + 0.5 * lost[k]);
            q[k] = sum[k] / (hits[k] + 0.5 * extra[k] + 0.5 * lost[k]);
        }
        return new(tensor(q), tensor(s), tensor(r), tensor(hits), tensor(extra), tensor(lost));
    };

    /// <inheritdoc/>
    public override Gen<PanopticCase> Cases => PanopticCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(PanopticOp op, PanopticCase @case, Tensor[] arguments)
    {
        var s = op(arguments[0], arguments[1], arguments[2], arguments[3], @case.K, Void, @case.Crowds ? arguments[4] : null);
        return [s.Quality, s.Segmentation, s.Recognition, s.TruePositives, s.FalsePositives, s.FalseNegatives];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<PanopticOp>> BadInputs =>
    [
        new("null for categories", "categories", Good, (op, x) => op(null!, x[0], x[0], x[0], 2, Void, null)),
        new("one picture without its dimension", "categories", () => And(good => good[0][0]), (op, x) => op(x[^1], x[0], x[0], x[0], 2, Void, null)),
        new("no pictures", "categories", () => And(good => good[0][..0]), (op, x) => op(x[^1], x[0], x[0], x[0], 2, Void, null)),
        new("categories as real numbers", "categories", Good, (op, x) => op(x[1], x[0], x[0], x[0], 2, Void, null)),
        new("a category too high", "categories", () => And(good => good[0] + 2), (op, x) => op(x[^1], x[0], x[0], x[0], 2, Void, null)),
        new("no classes", "classes", Good, (op, x) => op(x[0], x[0], x[0], x[0], 0, Void, null)),
        new("instances of another size", "instances", () => And(good => good[0][.., ..1]), (op, x) => op(x[0], x[^1], x[0], x[0], 2, Void, null)),
        new("a negative instance", "instances", () => And(good => good[0] - 1), (op, x) => op(x[0], x[^1], x[0], x[0], 2, Void, null)),
        new("null for true categories", "trueCategories", Good, (op, x) => op(x[0], x[0], null!, x[0], 2, Void, null)),
        new("a true category too high", "trueCategories", () => And(good => good[0] + 2), (op, x) => op(x[0], x[0], x[^1], x[0], 2, Void, null)),
        new("true instances as real numbers", "trueInstances", Good, (op, x) => op(x[0], x[0], x[0], x[1], 2, Void, null)),
        new("a negative true instance", "trueInstances", () => And(good => good[0] - 1), (op, x) => op(x[0], x[0], x[0], x[^1], 2, Void, null)),
        new("crowds as numbers", "crowd", Good, (op, x) => op(x[0], x[0], x[0], x[0], 2, Void, x[0])),
        new("crowds of another size", "crowd", () => And(good => ones(1, dtype: ScalarType.Bool)), (op, x) => op(x[0], x[0], x[0], x[0], 2, Void, x[^1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<PanopticOp, PanopticCase>> OwnLaws =>
    [
        Own("the mean leaves out classes of which there is nothing", "One class found whole, one half of its segments, a third not there: the mean is that of two; of nothing it is NaN.", (op, _) =>
        {
            var (truth, found) = (Map(0, 1, 1, 1), Map(0, 1, Void, Void));
            var (some, none) = (op(found, zeros_like(found), truth, Map(0, 1, 2, 2), 3, Void, null), op(Map(Void), Map(0), Map(Void), Map(0), 3, Void, null));
            return Verdict.Require(Math.Abs(some.Mean() - ((1 + 2.0 / 3) / 2)) < 1e-12 && double.IsNaN(none.Mean()), $"They are {some.Mean()} and {none.Mean()}.");
        }) with { Cases = 1 },
        Own("the truth itself is perfect", "Predicting the true segments gives PQ, SQ and RQ of 1 in every class that is there, and no error.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var s = op(x[2], x[3], x[2], x[3], c.K, Void, null);
            var expected = ones_like(s.Quality).masked_fill(s.TruePositives == 0, double.NaN);
            return Comparison.Same("PQ", s.Quality, expected, Tolerance).Then(() => Comparison.Same("SQ", s.Segmentation, expected, Tolerance))
                .Then(() => Comparison.Same("errors", s.FalsePositives + s.FalseNegatives, zeros_like(s.FalsePositives), Tolerance));
        }),
        Own("PQ is SQ times RQ", "In every class with a match; where nothing matches, PQ is 0 or there is nothing at all.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var s = op(x[0], x[1], x[2], x[3], c.K, Void, x[4]);
            return Comparison.Same("PQ", s.Quality, (s.Segmentation * s.Recognition).masked_fill((s.TruePositives == 0).logical_and(s.Recognition == 0), 0), Tolerance);
        }),
        Own("instance numbers are names", "Other numbers for the same segments, and pixels of true void predicted otherwise within one segment, change nothing.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            return Comparison.Same("PQ", op(x[0], 7 - 3 * x[1], x[2], 5 * x[3] + 2, c.K, Void, x[4]).Quality, op(x[0], x[1], x[2], x[3], c.K, Void, x[4]).Quality, Tolerance);
        }),
        Own("worked by hand", "True A of 4 pixels and B of 2, found 3 of A, and an object of 1 in B: SQ 3/4, RQ 1/2, PQ 3/8.", (op, _) =>
        {
            var truth = Map(1, 1, 1, 1, 2, 2, 0, 0);
            var found = Map(1, 1, 1, 0, 2, 0, 0, 0);
            var s = op(found.clamp(max: 1) - 1 + Void * (found == 0) + (found == 0), found, truth.clamp(max: 1) - 1 + Void * (truth == 0) + (truth == 0), truth, 1, Void, null);
            return Comparison.Same("SQ", s.Segmentation, tensor([0.75]), Tolerance)
                .Then(() => Comparison.Same("RQ", s.Recognition, tensor([0.5]), Tolerance)).Then(() => Comparison.Same("PQ", s.Quality, tensor([0.375]), Tolerance));
        }) with { Cases = 1 },
        Own("void and crowds are excused", "A found object on void, or on a crowd of its class, is no error; on a crowd of another class it is.", (op, _) =>
        {
            var found = zeros(1, 1, 4, dtype: ScalarType.Int64);
            var onVoid = op(found, found, tensor([Void, Void, Void, 1]).reshape(1, 1, 4), found, 2, Void, null);
            var all = ones(1, 1, 4, dtype: ScalarType.Bool);
            var onCrowd = op(found, found, found, found, 2, Void, all);
            var onOther = op(found, found, found + 1, found, 2, Void, all);
            return Comparison.Same("false positives on void", onVoid.FalsePositives, tensor([0L, 0]), Tolerance)
                .Then(() => Comparison.Same("false positives on a crowd", onCrowd.FalsePositives, tensor([0L, 0]), Tolerance))
                .Then(() => Comparison.Same("missed crowds", onCrowd.FalseNegatives, tensor([0L, 0]), Tolerance))
                .Then(() => Comparison.Same("false positives on another crowd", onOther.FalsePositives, tensor([1L, 0]), Tolerance));
        }) with { Cases = 1 },
    ];

    private static Tensor Map(params long[] pixels) => tensor(pixels).reshape(1, 1, -1);

    /// <summary>Good tensors, and one more made of them.</summary>
    private static Tensor[] And(Func<Tensor[], Tensor> other)
    {
        var good = Good();
        return [.. good, other(good)];
    }

    private static Tensor[] Good() => [zeros(1, 2, 2, dtype: ScalarType.Int64), zeros(1, 2, 2)];

    private static double Overlap(HashSet<int> found, HashSet<int> truth, HashSet<int> isVoid)
    {
        var common = found.Count(truth.Contains);
        return (double)common / (found.Count(p => !isVoid.Contains(p)) + truth.Count - common);
    }

    private static List<(long K, HashSet<int> Pixels)> Segments(Tensor categories, Tensor instances, long voidCategory)
    {
        var (kinds, numbers) = (ClosedForm.Indices(categories), ClosedForm.Indices(instances));
        return [.. Enumerable.Range(0, kinds.Length).Where(i => kinds[i] != voidCategory).GroupBy(i => (kinds[i], numbers[i]))
            .Select(segment => (segment.Key.Item1, segment.ToHashSet()))];
    }
}
