using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using SuppressionOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, TorchSharp.torch.Tensor?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>Suppression against the only subset of the boxes that its two sentences allow, found by trying all subsets.</summary>
public sealed class NonMaximumSuppressionSpec : Spec<SuppressionOp, ScoredBoxesCase>
{
    /// <inheritdoc/>
    public override SuppressionOp Op => Boxes.NonMaximumSuppression;

    /// <inheritdoc/>
    public override SuppressionOp Oracle => (boxes, scores, threshold, classes) =>
    {
        var (numbers, labels) = (ClosedForm.Numbers(boxes), classes is null ? [] : ClosedForm.Indices(classes));
        var (places, n) = (ScoredBoxes.BySureness(scores), (int)boxes.size(0));
        var removes = new bool[n, n];                                            // the surer first
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                removes[j, i] = Removes(places[j], places[i]);
        for (var subset = 0; subset < 1 << n; subset++)                          // bit i: the box at place i of the order is kept
        {
            var kept = subset;
            if (Enumerable.Range(0, n).All(i => Kept(kept, i) != Enumerable.Range(0, i).Any(j => Kept(kept, j) && removes[j, i])))
                return tensor(places.Where((_, i) => Kept(kept, i)).Select(p => (long)p).ToArray(), ScalarType.Int64);
        }
        throw new InvalidOperationException("No subset is right.");

        bool Removes(int surer, int other) =>
            (classes is null || labels[surer] == labels[other]) && ScoredBoxes.IoU(numbers, surer, other) > threshold;

        static bool Kept(int subset, int i) => (subset >> i & 1) == 1;
    };

    /// <inheritdoc/>
    public override Gen<ScoredBoxesCase> Cases => ScoredBoxesCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(SuppressionOp op, ScoredBoxesCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Threshold, arguments.ElementAtOrDefault(2))];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SuppressionOp>> BadInputs =>
        ScoredBoxes.BadInputs<SuppressionOp>((op, boxes, scores, threshold, classes) => op(boxes, scores, threshold, classes));

    /// <inheritdoc/>
    public override IEnumerable<Law<SuppressionOp, ScoredBoxesCase>> OwnLaws =>
    [
        Own("once is enough", "Boxes that are left are all left when asked again, in the same order.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var kept = op(drawn[0], drawn[1], c.Threshold, drawn.ElementAtOrDefault(2));
            var rest = drawn.Select(t => t.index_select(0, kept)).ToArray();
            return Comparison.Same("places", op(rest[0], rest[1], c.Threshold, rest.ElementAtOrDefault(2)), arange(kept.size(0)), Tolerance);
        }),
        Own("a class does not see another", "With classes the result is that of each class for itself.", (op, c) =>
        {
            if (c.Classes == 0)
                return Verdict.DoesNotApply;
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var each = Enumerable.Range(0, c.Classes).SelectMany(k =>
            {
                var places = drawn[2].eq(k).nonzero().squeeze(1);
                var kept = op(drawn[0].index_select(0, places), drawn[1].index_select(0, places), c.Threshold, null);
                return ClosedForm.Indices(places.index_select(0, kept));
            }).Order().ToArray();
            return Verdict.Require(
                each.SequenceEqual(ClosedForm.Indices(op(drawn[0], drawn[1], c.Threshold, drawn[2])).Order()), "The classes were not kept apart.");
        }),
        Own("three in a row", "A removes B, and so B no longer removes C: A and C are left.", (op, _) =>
        {
            var row = tensor(new double[,] { { 0, 0, 2, 1 }, { 1, 0, 3, 1 }, { 2, 0, 4, 1 } });
            return Comparison.Same("places", op(row, tensor([0.9, 0.8, 0.7]), 0.3, null), tensor([0L, 2]), Tolerance)
                .Then(() => Comparison.Same("places", op(row, tensor([0.8, 0.9, 0.7]), 0.3, null), tensor([1L]), Tolerance))
                .Then(() => Comparison.Same("places", op(row, tensor([0.7, 0.7, 0.7]), 0.34, null), tensor([0L, 1, 2]), Tolerance));
        }) with { Cases = 1 },
    ];
}
