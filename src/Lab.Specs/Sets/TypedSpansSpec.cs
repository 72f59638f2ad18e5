using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using SpansOp = System.Func<Lab.Core.Sets.SlotOutput, Lab.Core.Sets.SpanOverlap, Lab.Core.Sets.SpanSet>;

namespace Lab.Specs.Sets;

/// <summary>The set that slots put out, against all pairs of tokens of each slot, and claims one after the other.</summary>
public sealed class TypedSpansSpec : Spec<SpansOp, SlotCase>
{
    /// <inheritdoc/>
    public override SpansOp Op => SlotDecoding.TypedSpans;

    /// <inheritdoc/>
    public override SpansOp Oracle => SlotsByHand.Spans;

    /// <inheritdoc/>
    public override Gen<SlotCase> Cases =>
        from c in SlotCase.Any
        from overlap in Gen.Elements(SpanOverlap.Any, SpanOverlap.Nested, SpanOverlap.Flat)
        from scale in Gen.Elements(0.0, 1.0, 1.0, 1.0)                                          // all equal, or not
        select c with { Targets = false, M = 0, Outputs = 5, Overlap = overlap, Scale = scale };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(SpansOp op, SlotCase @case, Tensor[] arguments) =>
        SlotCase.Give((output, _) => Parts(op(output, @case.Overlap)), arguments, targets: false);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SpansOp>> BadInputs =>
    [
        .. SlotsByHand.BadOutputs<SpansOp>("output", (op, output) => op(output, SpanOverlap.Any)),
        .. SlotsByHand.NoNumbers<SpansOp>((op, output) => op(output, SpanOverlap.Any)),
        new("null for output", "output", () => [], (op, _) => op(null!, SpanOverlap.Any)),
        new("an overlap that there is not", "overlap", () => [ones(1, 2, 3), ones(1, 2, 4)], (op, x) => op(new(x[0], x[1], x[1]), (SpanOverlap)7)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<SpansOp, SlotCase>> OwnLaws =>
    [
        Own("nested, touching, crossing", "Spans 0-4, 1-2 within it, 3-4 beside that, 2-3 across both, and 1-2 again: all four different ones, three without a crossing, or one alone.",
            (op, _) => new[] { (SpanOverlap.Any, 4L), (SpanOverlap.Nested, 3), (SpanOverlap.Flat, 1) }.Aggregate(Verdict.Holds, (verdict, policy) => verdict.Then(() =>
            {
                var found = op(Pointing([(0, 4), (1, 2), (3, 4), (2, 3), (1, 2)]), policy.Item1);
                return Comparison.Same($"number of spans, {policy.Item1}", found.Counts, tensor([policy.Item2]), Tolerance)
                    .Then(() => Comparison.Same("starts", found.Starts, tensor([0L, 1, 3, 2, -1]).masked_fill(arange(5) >= policy.Item2, -1).reshape(1, 5), Tolerance));
            }))) with { Cases = 1 },
        Own("pointers do not cross", "The likeliest start stands behind the likeliest end: the best pair in order is taken, which has neither or one of them.", (op, _) =>
        {
            var (starts, ends) = (tensor([0.30, 0.10, 0.60]).log().reshape(1, 1, 3), tensor([0.55, 0.05, 0.40]).log().reshape(1, 1, 3));
            var found = op(new(tensor([9.0, 0]).reshape(1, 1, 2), starts, ends), SpanOverlap.Any);                          // 2-2: 0.24, 0-0: 0.165, 0-2: 0.12
            return Comparison.Same("start", found.Starts, full([1, 1], 2, ScalarType.Int64), Tolerance)
                .Then(() => Comparison.Same("end", found.Ends, full([1, 1], 2, ScalarType.Int64), Tolerance))
                .Then(() => Comparison.Same("score", found.Scores, full([1, 1], 0.24 / (1 + Math.Exp(-9)), ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
        Own("the order of slots does not matter", "Slots in another order put out the same set in the same order.", (op, c) =>
        {
            if (c.Scale == 0)
                return Verdict.DoesNotApply;                                                    // of equal ones the first slot's counts
            var said = SlotCase.Said([.. c.Draw().Select(a => a.Value)]);
            var turned = Parts(op(new(said.Types.flip(1), said.Starts.flip(1), said.Ends.flip(1)), c.Overlap));
            return Parts(op(said, c.Overlap)).Zip(turned).Aggregate(Verdict.Holds, (verdict, pair) => verdict.Then(() =>
                Comparison.Same("set", pair.Second, pair.First, Tolerance)));
        }) with { Cases = 40 },
        Own("nothing said, nothing found", "Slots that say \"no entity\", and sentences without a token, put out an empty set.", (op, c) =>
        {
            var said = SlotCase.Said([.. c.Draw().Select(a => a.Value)]);
            var none = said.Types.clone();
            none[.., .., c.K] = 50;
            var nowhere = full_like(said.Starts, double.NegativeInfinity);
            return new[] { said with { Types = none }, said with { Starts = nowhere, Ends = nowhere } }.Aggregate(Verdict.Holds, (verdict, output) => verdict.Then(() =>
            {
                var found = op(output, c.Overlap);
                return Comparison.Same("number of spans", found.Counts, zeros_like(found.Counts), Tolerance)
                    .Then(() => Comparison.Same("types", found.Types, full_like(found.Types, -1), Tolerance))
                    .Then(() => Comparison.Same("scores", found.Scores, zeros_like(found.Scores), Tolerance));
            }));
        }) with { Cases = 20 },
        Own("a set may be learned from", "What is put out is a target again, of which no two say the same.", (op, c) =>
        {
            var found = op(SlotCase.Said([.. c.Draw().Select(a => a.Value)]), c.Overlap);
            _ = new SlotTargets(found.Types, found.Starts, found.Ends, found.Counts);           // refuses what is no span
            var (types, starts, ends, counts) = (
                ClosedForm.Indices(found.Types), ClosedForm.Indices(found.Starts), ClosedForm.Indices(found.Ends), ClosedForm.Indices(found.Counts));
            return Enumerable.Range(0, c.B).Aggregate(Verdict.Holds, (verdict, b) => verdict.Then(() =>
            {
                var spans = Enumerable.Range(b * c.Q, (int)counts[b]).Select(i => (types[i], starts[i], ends[i])).ToArray();
                return Verdict.Require(spans.Distinct().Count() == spans.Length, $"Sentence {b} has a span twice.");
            }));
        }) with { Cases = 40 },
    ];

    private static Tensor[] Parts(SpanSet found) => [found.Types, found.Starts, found.Ends, found.Scores, found.Counts];

    /// <summary>One sentence of five tokens; each slot points at a span of type 0, the first one the surest.</summary>
    private static SlotOutput Pointing((int Start, int End)[] spans)
    {
        var (types, starts, ends) = (zeros(1, spans.Length, 2, dtype: ScalarType.Float64), zeros(1, spans.Length, 5, dtype: ScalarType.Float64), zeros(1, spans.Length, 5, dtype: ScalarType.Float64));
        for (var q = 0; q < spans.Length; q++)
            (types[0, q, 0], starts[0, q, spans[q].Start], ends[0, q, spans[q].End]) = (20 - q, 20, 20);
        return new(types, starts, ends);
    }
}
