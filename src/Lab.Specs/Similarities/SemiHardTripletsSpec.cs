using FsCheck;
using Lab.Core.Losses;
using Lab.Core.Similarities;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Similarities;

/// <summary>Semi-hard triplets against loops over all triplets of a batch.</summary>
public sealed class SemiHardTripletsSpec : Spec<Func<Tensor, Tensor, double, Triplets>, TripletsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Triplets> Op => Similarity.SemiHardTriplets;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Triplets> Oracle => (vectors, labels, margin) =>
    {
        var (distance, label) = (Distances(vectors), Labels(labels));
        var (anchors, positives, negatives) = (new List<long>(), new List<long>(), new List<long>());
        for (var a = 0; a < label.Length; a++)
        {
            for (var p = 0; p < label.Length; p++)
            {
                if (p == a || label[p] != label[a])
                    continue;
                var (nearest, farthest) = (-1, -1);                       // of the farther ones; of all
                for (var n = 0; n < label.Length; n++)
                {
                    if (label[n] == label[a])
                        continue;
                    if (farthest < 0 || distance[a, n] > distance[a, farthest])
                        farthest = n;
                    if (distance[a, n] > distance[a, p] && (nearest < 0 || distance[a, n] < distance[a, nearest]))
                        nearest = n;
                }
                var chosen = nearest >= 0 ? nearest : farthest;
                if (chosen < 0 || distance[a, chosen] - distance[a, p] >= margin)
                    continue;
                anchors.Add(a);
                positives.Add(p);
                negatives.Add(chosen);
            }
        }
        return new(tensor([.. anchors]), tensor([.. positives]), tensor([.. negatives]));
    };

    /// <inheritdoc/>
    public override Gen<TripletsCase> Cases => TripletsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, Triplets> op, TripletsCase @case, Tensor[] arguments)
    {
        var triplets = op(arguments[0], arguments[1], @case.Margin);
        return [triplets.Anchors, triplets.Positives, triplets.Negatives];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Triplets>>> BadInputs =>
    [
        new("integer vectors", "vectors", () => [ones(2, 3, dtype: ScalarType.Int64), Zeros(2)], (op, x) => op(x[0], x[1], 1)),
        new("null for vectors", "vectors", () => [Zeros(2)], (op, x) => op(null!, x[0], 1)),
        new("one vector", "vectors", () => [ones(3), Zeros(3)], (op, x) => op(x[0], x[1], 1)),
        new("vectors of three dimensions", "vectors", () => [ones(2, 3, 4), Zeros(2)], (op, x) => op(x[0], x[1], 1)),
        new("vectors without entries", "vectors", () => [ones(2, 0), Zeros(2)], (op, x) => op(x[0], x[1], 1)),
        new("null for labels", "labels", () => [ones(2, 3)], (op, x) => op(x[0], null!, 1)),
        new("real labels", "labels", () => [ones(2, 3), ones(2)], (op, x) => op(x[0], x[1], 1)),
        new("a label too few", "labels", () => [ones(2, 3), Zeros(1)], (op, x) => op(x[0], x[1], 1)),
        new("labels on another device", "labels", () => [ones(2, 3), zeros([2], dtype: ScalarType.Int64, device: META)], (op, x) => op(x[0], x[1], 1)),
        new("margin 0", "margin", () => [ones(2, 3), Zeros(2)], (op, x) => op(x[0], x[1], 0)),
        new("an infinite margin", "margin", () => [ones(2, 3), Zeros(2)], (op, x) => op(x[0], x[1], double.PositiveInfinity)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Triplets>, TripletsCase>> OwnLaws =>
    [
        Own("every triplet has something to learn", "Anchor and positive are two examples of one label, the negative has another; the triplet loss is above 0.", (op, c) =>
        {
            var drawn = c.Draw();
            var (vectors, labels) = (drawn[0].Value, drawn[1].Value);
            var (a, p, n) = Rows(op(vectors, labels, c.Margin));
            if (a.numel() == 0)
                return Verdict.DoesNotApply;
            var (ofAnchor, ofPositive, ofNegative) = (labels.index_select(0, a), labels.index_select(0, p), labels.index_select(0, n));
            var losses = Loss.Triplet(vectors.index_select(0, a), vectors.index_select(0, p), vectors.index_select(0, n), c.Margin);
            return Verdict.Require((a != p).all().ToBoolean(), "An example is its own positive.")
                .Then(() => Verdict.Require((ofAnchor == ofPositive).all().ToBoolean(), "A positive has another label."))
                .Then(() => Verdict.Require((ofAnchor != ofNegative).all().ToBoolean(), "A negative has the anchor's label."))
                .Then(() => Verdict.Require((losses > 0).all().ToBoolean(), "A triplet costs nothing."));
        }),
        Own("semi-hard before hard", "A negative nearer than the positive is chosen only where none is farther, and then the farthest.", (op, _) =>
        {
            var labels = tensor([0L, 0L, 1L, 1L, 1L]);
            var between = tensor([0.0, 2.0, 1.0, 2.5, 2.9]).unsqueeze(1);  // anchor, positive, too near, semi-hard, semi-hard too
            var inside = tensor([0.0, 2.0, 0.9, 1.5, 1.0]).unsqueeze(1);   // all are nearer than the positive
            var outside = tensor([0.0, 2.0, 1.0, 7.0, 8.0]).unsqueeze(1);  // too near, or so far that nothing is to be learnt
            return Comparison.Same("negative", Of(op(between, labels, 1), 0, 1), tensor([3L]), Tolerance)
                .Then(() => Comparison.Same("negative", Of(op(inside, labels, 1), 0, 1), tensor([3L]), Tolerance))
                .Then(() => Comparison.Same("negative", Of(op(outside, labels, 1), 0, 1), zeros(0, dtype: ScalarType.Int64), Tolerance));
        }) with { Cases = 1 },
        Own("the order of the batch is a matter of names", "A batch turned round gives the same triplets under their new numbers.", (op, c) =>
        {
            if (c.Ties || c.Scale == 0 || c.Decimals is not null)
                return Verdict.DoesNotApply;
            var drawn = c.Draw();
            var (vectors, labels) = (drawn[0].Value, drawn[1].Value);
            var (a, p, n) = Rows(op(vectors.flip(0), labels.flip(0), c.Margin));
            var (b, q, m) = Rows(op(vectors, labels, c.Margin));
            var (last, size) = (c.B - 1, (long)c.B);
            return Comparison.Same(
                "triplets", (((last - a) * size + last - p) * size + last - n).sort().Values, ((b * size + q) * size + m).sort().Values, Tolerance);
        }),
        Own("no pairs, no triplets", "No examples, one label for all, a label for each, or no numbers: empty results, and no error.", (op, c) =>
        {
            var vectors = c.Draw()[0].Value;
            return new[] { op(vectors[..0], Zeros(0), 1), op(vectors, Zeros(c.B), 1), op(vectors, arange(c.B), 1), op(vectors * double.NaN, arange(c.B) % 2, 1) }
                .Aggregate(Verdict.Holds, (verdict, triplets) => verdict.Then(() =>
                    Comparison.Same("triplets", cat([triplets.Anchors, triplets.Positives, triplets.Negatives]), Zeros(0), Tolerance)));
        }),
    ];

    private static Tensor Zeros(long count) => zeros(count, dtype: ScalarType.Int64);

    private static (Tensor Anchors, Tensor Positives, Tensor Negatives) Rows(Triplets triplets) =>
        (triplets.Anchors, triplets.Positives, triplets.Negatives);

    private static Tensor Of(Triplets triplets, long anchor, long positive) =>
        triplets.Negatives[(triplets.Anchors == anchor).logical_and(triplets.Positives == positive)];

    private static long[] Labels(Tensor labels) => [.. labels.cpu().contiguous().data<long>()];

    private static double[,] Distances(Tensor vectors)
    {
        var (count, width) = (vectors.size(0), vectors.size(1));
        var x = vectors.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var distances = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var square = 0.0;
                for (var d = 0; d < width; d++)
                {
                    var difference = x[i * width + d] - x[j * width + d];
                    square += difference * difference;
                }
                distances[i, j] = Math.Sqrt(square);
            }
        }
        return distances;
    }
}
