using FsCheck;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using DetectionOp = System.Func<
    System.Collections.Generic.IReadOnlyList<Lab.Core.Metrics.ImageDetections>, long, System.Collections.Generic.IReadOnlyList<double>?, int,
    Lab.Core.Metrics.DetectionScores>;

namespace Lab.Specs.Metrics;

/// <summary>Average precision against COCO's definition: pairs in order of score, precision at each recall as a maximum.</summary>
public sealed class AveragePrecisionSpec : Spec<DetectionOp, DetectionsCase>
{
    /// <inheritdoc/>
    public override DetectionOp Op => Metric.AveragePrecision;

    /// <inheritdoc/>
    public override DetectionOp Oracle => (images, classes, thresholds, most) =>
    {
        var (precision, recall) = (new double[thresholds!.Count, classes], new double[thresholds.Count, classes]);
        for (var level = 0; level < thresholds.Count; level++)
            for (var k = 0; k < classes; k++)
                (precision[level, k], recall[level, k]) = Score(images, k, thresholds[level], most);
        return new(tensor(precision).to(images[0].Scores.dtype), tensor(recall).to(images[0].Scores.dtype), thresholds);
    };

    /// <inheritdoc/>
    public override Gen<DetectionsCase> Cases => DetectionsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(DetectionOp op, DetectionsCase @case, Tensor[] arguments)
    {
        var scores = op(DetectionsCase.Pictures(arguments), @case.K, DetectionsCase.Thresholds, @case.Most);
        return [scores.Precision, scores.Recall];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<DetectionOp>> BadInputs =>
    [
        new("null for the pictures", "images", () => [], (op, _) => op(null!, 1, null, 100)),
        new("no pictures", "images", () => [], (op, _) => op([], 1, null, 100)),
        new("no classes", "classes", Good, (op, x) => op(DetectionsCase.Pictures(x), 0, null, 100)),
        new("no thresholds", "thresholds", Good, (op, x) => op(DetectionsCase.Pictures(x), 2, [], 100)),
        new("threshold 0", "thresholds", Good, (op, x) => op(DetectionsCase.Pictures(x), 2, [0.0], 100)),
        new("a limit of 0", "maxDetections", Good, (op, x) => op(DetectionsCase.Pictures(x), 2, null, 0)),
        new("integer scores", "images", () => With(0, zeros(2, dtype: ScalarType.Int64)), (op, x) => op(DetectionsCase.Pictures(x), 2, null, 100)),
        new("a score too few", "images", () => With(0, ones(1)), (op, x) => op(DetectionsCase.Pictures(x), 2, null, 100)),
        new("a label of no class", "images", Good, (op, x) => op(DetectionsCase.Pictures(x), 1, null, 100)),
        new("overlaps of other objects", "images", () => With(3, ones(3, 2)), (op, x) => op(DetectionsCase.Pictures(x), 2, null, 100)),
        new("crowds as numbers", "images", () => With(4, ones(3)), (op, x) => op(DetectionsCase.Pictures(x), 2, null, 100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<DetectionOp, DetectionsCase>> OwnLaws =>
    [
        Own("means leave out classes without objects", "Mean is over thresholds and classes, At over classes; a class of which there is no true object has no part in either, and no class at all gives NaN.", (_, _) =>
        {
            var (nan, none) = (double.NaN, new DetectionScores(tensor(new[,] { { double.NaN } }), tensor(new[,] { { double.NaN } }), [0.5]));
            var scores = new DetectionScores(tensor(new[,] { { 1, nan, 0.5 }, { 0.5, nan, 0.2 } }), zeros(2, 3), [0.5, 0.75]);
            return Verdict.Require(
                Math.Abs(scores.Mean() - 0.55) < 1e-12 && Math.Abs(scores.At(0.5) - 0.75) < 1e-12 && Math.Abs(scores.At(0.75) - 0.35) < 1e-12 && double.IsNaN(none.Mean()),
                $"They are {scores.Mean()}, {scores.At(0.5)}, {scores.At(0.75)} and {none.Mean()}.");
        }) with { Cases = 1 },
        Own("finding everything, and nothing else, is 1", "Each true object found once with overlap 1 gives AP 1 and recall 1 at every threshold.", (op, c) =>
        {
            if (c.Truth == 0)
                return Verdict.DoesNotApply;
            var labels = c.Draw()[2].Value;
            var scores = op([new(rand(c.Truth, dtype: ScalarType.Float64), labels, labels, eye(c.Truth, dtype: ScalarType.Float64))], c.K, null, 100);
            var there = zeros(c.K, dtype: ScalarType.Int64).index_add(0, labels, ones_like(labels), 1) > 0;
            var expected = ones(10, c.K, dtype: ScalarType.Float64).masked_fill(there.logical_not(), double.NaN);
            return Comparison.Same("AP", scores.Precision, expected, Tolerance).Then(() => Comparison.Same("recall", scores.Recall, expected, Tolerance));
        }),
        Own("only the order of the scores matters", "Scores through any rising function give the same.", (op, c) =>
        {
            var pictures = DetectionsCase.Pictures([.. c.Draw().Select(a => a.Value)]);
            var other = pictures.Select(p => p with { Scores = (5 * p.Scores - 2).exp() }).ToArray();
            return Comparison.Same("AP", Precision(op, other, c), Precision(op, pictures, c), Tolerance);
        }),
        Own("worked by hand", "Of two true objects, found right, wrong, right: recall 1/2 at precision 1, recall 1 at 2/3: AP = (51 + 50·2/3)/101.", (op, _) =>
        {
            var picture = new ImageDetections(
                tensor([0.9, 0.8, 0.7]), zeros(3, dtype: ScalarType.Int64), zeros(2, dtype: ScalarType.Int64),
                tensor([0.9, 0, 0.2, 0, 0, 0.6]).reshape(3, 2));
            return Comparison.Same("AP", op([picture], 1, [0.5], 100).Precision, tensor((51 + 50 * 2.0 / 3) / 101).reshape(1, 1), Tolerance);
        }) with { Cases = 1 },
        Own("AP50, AP75 and AP", "One object of each of two classes, found with overlaps 0.8 and 0.6, and a class that is not there: AP50 1, AP75 1/2, AP (7 + 3)/20.", (op, _) =>
        {
            var scores = op([new(tensor([0.9, 0.8]), tensor([0L, 1]), tensor([0L, 1]), tensor([0.8, 0, 0, 0.6]).reshape(2, 2))], 3, null, 100);
            return Comparison.Same("AP50, AP75, AP", tensor([scores.At(0.5), scores.At(0.75), scores.Mean()]), tensor([1, 0.5, 0.5]), Tolerance);
        }) with { Cases = 1 },
        Own("the second of two on one object is wrong", "Two found objects on one true one: the surer is right, the other wrong; if the true one is a crowd, neither counts.", (op, _) =>
        {
            var twice = new ImageDetections(
                tensor([0.8, 0.9]), zeros(2, dtype: ScalarType.Int64), zeros(2, dtype: ScalarType.Int64),
                tensor([0.9, 0, 0.8, 0]).reshape(2, 2));
            var once = twice with { Scores = tensor([0.9]), Labels = twice.Labels[..1], Overlaps = twice.Overlaps[..1] };
            var crowd = twice with { Crowd = tensor([true, false]), Overlaps = tensor([0.9, 0, 0.8, 0]).reshape(2, 2) };
            return Comparison.Same("AP", op([twice], 1, [0.5], 100).Precision, op([once], 1, [0.5], 100).Precision, Tolerance)
                .Then(() => Comparison.Same("recall", op([twice], 1, [0.5], 100).Recall, tensor(0.5).reshape(1, 1), Tolerance))
                .Then(() => Comparison.Same("recall", op([crowd], 1, [0.5], 100).Recall, zeros(1, 1, dtype: ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
        Own("a higher threshold finds no more", "Recall falls, or stays, as the threshold rises.", (op, c) =>
        {
            var recall = op(DetectionsCase.Pictures([.. c.Draw().Select(a => a.Value)]), c.K, [0.3, 0.9], 100).Recall;
            return Verdict.Require((recall[1] <= recall[0]).logical_or(recall[0].isnan()).all().item<bool>(), "A higher threshold finds more.");
        }),
    ];

    private static Tensor Precision(DetectionOp op, ImageDetections[] pictures, DetectionsCase c) =>
        op(pictures, c.K, DetectionsCase.Thresholds, c.Most).Precision;

    private static (double Precision, double Recall) Score(IReadOnlyList<ImageDetections> images, int k, double threshold, int most)
    {
        var (wanted, hits) = (0, new List<(double Score, int Image, bool Right)>());
        for (var image = 0; image < images.Count; image++)
        {
            var (scores, overlaps) = (ClosedForm.Numbers(images[image].Scores), ClosedForm.Numbers(images[image].Overlaps));
            var (labels, truth) = (ClosedForm.Indices(images[image].Labels), ClosedForm.Indices(images[image].TrueLabels));
            var crowd = images[image].Crowd is { } flags ? OverlapCase.Flags(flags) : new bool[truth.Length];
            var open = Enumerable.Range(0, truth.Length).Where(t => truth[t] == k && !crowd[t]).ToList();
            var crowds = Enumerable.Range(0, truth.Length).Where(t => truth[t] == k && crowd[t]).ToList();
            wanted += open.Count;
            // Insertion by score: a later one goes behind its equals.
            var order = new List<int>();
            for (var d = 0; d < scores.Length; d++)
            {
                if (labels[d] == k)
                    order.Insert(order.Count(o => scores[o] >= scores[d]), d);
            }
            foreach (var d in order.Take(most))
            {
                double Overlap(int t) => overlaps[d * truth.Length + t];
                var near = open.Where(t => Overlap(t) >= Math.Min(threshold, 1 - 1e-10)).ToList();
                if (near.Count > 0)
                    open.Remove(near.Last(t => Overlap(t) == near.Max(Overlap)));
                else if (crowds.Exists(t => Overlap(t) >= Math.Min(threshold, 1 - 1e-10)))
                    continue;
                hits.Add((scores[d], image, near.Count > 0));
            }
        }
        if (wanted == 0)
            return (double.NaN, double.NaN);
        var ranked = new List<(double Score, int Image, bool Right)>();
        foreach (var hit in hits)
            ranked.Insert(ranked.Count(r => r.Score >= hit.Score), hit);
        var points = Enumerable.Range(1, ranked.Count).Select(n => (
            Recall: ranked.Take(n).Count(r => r.Right) / (double)wanted, Precision: ranked.Take(n).Count(r => r.Right) / (double)n)).ToList();
        var sum = Enumerable.Range(0, 101).Sum(i => points.Where(p => p.Recall >= (i == 100 ? 1 : i * 0.01)).Select(p => p.Precision).DefaultIfEmpty(0).Max());
        return (sum / 101, ranked.Count(r => r.Right) / (double)wanted);
    }

    private static Tensor[] With(int place, Tensor other)
    {
        var good = Good();
        good[place] = other;
        return good;
    }

    private static Tensor[] Good() =>
    [
        ones(2), tensor([0L, 1]), tensor([0L, 1, 1]), ones(2, 3), zeros(3, dtype: ScalarType.Bool),
    ];
}
