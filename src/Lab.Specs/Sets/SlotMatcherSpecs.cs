using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using MatcherOp = System.Func<Lab.Core.Sets.SlotOutput, Lab.Core.Sets.SlotTargets, Lab.Core.Sets.SlotWeights?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>The costs of slots, pair by pair.</summary>
public sealed class SlotCostsSpec : Spec<MatcherOp, SlotCase>
{
    /// <inheritdoc/>
    public override MatcherOp Op => Matching.SlotCosts;

    /// <inheritdoc/>
    public override MatcherOp Oracle => SlotsByHand.Costs;

    /// <inheritdoc/>
    public override Gen<SlotCase> Cases => SlotCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override int MostCases => 60;

    /// <inheritdoc/>
    public override Tensor[] Call(MatcherOp op, SlotCase @case, Tensor[] arguments) =>
        SlotCase.Give((output, targets) => [op(output, targets, SlotCase.Weights)], arguments);

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SlotCase @case, IReadOnlyList<Argument> arguments) => SlotCase.Disturbed(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MatcherOp>> BadInputs => SlotsByHand.BadInputs<MatcherOp>((op, o, t, w) => op(o, t, w));

    /// <inheritdoc/>
    public override IEnumerable<Law<MatcherOp, SlotCase>> OwnLaws =>
    [
        Own("certainty costs the least", "A slot that is sure of type, start and end costs minus the sum of the weights, one that is sure of others costs 0; at any "
            + "magnitude.", (op, c) =>
        {
            var (output, targets) = SlotCase.Records([.. (c with { B = 1, Q = 2, M = 1, T = 3, K = 2, Masked = false, Full = true }).Draw().Select(a => a.Value)]);
            var (type, start, end) = (targets.Types.ToInt64(), targets.Starts.ToInt64(), targets.Ends.ToInt64());
            foreach (var (logits, right) in new[] { (output.Types, type), (output.Starts, start), (output.Ends, end) })
            {
                logits.zero_();
                logits[0, 0, right] = 1e4;
                logits[0, 1, (right + 1) % 3] = 1e4;
            }
            return Comparison.Same("costs", op(output, targets, SlotCase.Weights), tensor([-1.5 - 2 * 0.7, 0]).reshape(1, 2, 1), Tolerance);
        }) with { Cases = 10 },
        Own("scores are relative", "The same added to all scores of a slot changes no cost.", (op, c) =>
        {
            var (output, targets) = SlotCase.Records([.. c.Draw().Select(a => a.Value)]);
            return Comparison.Same(
                "costs", op(new(output.Types + 3, output.Starts - 50, output.Ends + 1e3), targets, SlotCase.Weights), op(output, targets, SlotCase.Weights), new Tolerance(1e-9, 1e-9));
        }) with { Cases = 20 },
    ];
}

/// <summary>The matcher of slots against all ways to give each entity a slot.</summary>
public sealed class SlotMatcherSpec : Spec<MatcherOp, SlotCase>
{
    /// <inheritdoc/>
    public override MatcherOp Op => Matching.SlotMatcher;

    /// <inheritdoc/>
    public override MatcherOp Oracle => (output, targets, weights) =>
        AllAssignments.Cheapest(SlotsByHand.Costs(output, targets, weights), targets.Counts).Rows;

    /// <inheritdoc/>
    public override Gen<SlotCase> Cases => SlotCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override int MostCases => 60;

    /// <inheritdoc/>
    public override Tensor[] Call(MatcherOp op, SlotCase @case, Tensor[] arguments) =>
        SlotCase.Give((output, targets) => [op(output, targets, SlotCase.Weights)], arguments);

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SlotCase @case, IReadOnlyList<Argument> arguments) => SlotCase.Disturbed(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MatcherOp>> BadInputs =>
    [
        .. SlotsByHand.BadInputs<MatcherOp>((op, o, t, w) => op(o, t, w)),
        .. SlotsByHand.NoNumbers<MatcherOp>((op, o) =>
        {
            using var scope = NewDisposeScope();
            var nothing = zeros([1, 0], ScalarType.Int64);
            op(o, new(nothing, nothing, nothing, zeros([1], ScalarType.Int64)), null);
        }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<MatcherOp, SlotCase>> OwnLaws =>
    [
        Own("start and end count", "Of two slots that say the same type, the one that points at the span is matched; by the start alone, and by the end alone.", (op, _) =>
        {
            var type = zeros(1, 2, 2, dtype: ScalarType.Float64);
            var (blind, sure) = (zeros(1, 2, 3, dtype: ScalarType.Float64), zeros(1, 2, 3, dtype: ScalarType.Float64));
            sure[0, 1, 1] = 5;
            var targets = new SlotTargets(zeros([1, 1], ScalarType.Int64), ones([1, 1], ScalarType.Int64), ones([1, 1], ScalarType.Int64), ones([1], ScalarType.Int64));
            return new[] { new SlotOutput(type, sure, blind), new(type, blind, sure) }.Aggregate(Verdict.Holds, (verdict, output) => verdict.Then(() =>
                Comparison.Same("slot", op(output, targets, null), ones([1, 1], ScalarType.Int64), Tolerance)));
        }) with { Cases = 1 },
        Own("the probability, and not its logarithm", "A slot with p = 0.01 of the type that is sure of both ends is matched before one with p = 0.9 that is half sure; by "
            + "logarithms it would not be.", (op, _) =>
        {
            var types = tensor([0.01, 0.99, 0.9, 0.1]).log().reshape(1, 2, 2);
            var ends = tensor([1, 1e-9, 0.5, 0.5]).log().reshape(1, 2, 2);
            var nought = zeros([1, 1], ScalarType.Int64);
            return Comparison.Same(
                "slot", op(new(types, ends, ends), new(nought, nought, nought, ones([1], ScalarType.Int64)), null), nought, Tolerance);
        }) with { Cases = 1 },
        Own("who can point nowhere is matched last", "Of two slots the one that may point at no token, all of them masked for it, has a probability of 0 and not NaN.", (op, _) =>
        {
            var places = tensor([double.NegativeInfinity, double.NegativeInfinity, 0, 1]).reshape(1, 2, 2);
            var nought = zeros([1, 1], ScalarType.Int64);
            return Comparison.Same(
                "slot", op(new(zeros(1, 2, 2, dtype: ScalarType.Float64), places, places), new(nought, nought, nought, ones([1], ScalarType.Int64)), null), nought + 1, Tolerance);
        }) with { Cases = 1 },
        Own("order does not matter", "Slots or entities in another order are matched as before.", (op, c) =>
        {
            if (c.Q < c.M || c.M == 0)
                return Verdict.DoesNotApply;
            var (output, targets) = SlotCase.Records([.. (c with { Full = true, Masked = false }).Draw().Select(a => a.Value)]);
            var matched = op(output, targets, SlotCase.Weights);
            var turned = op(new(output.Types.flip(1), output.Starts.flip(1), output.Ends.flip(1)), targets, SlotCase.Weights);
            var swapped = op(output, new(targets.Types.flip(1), targets.Starts.flip(1), targets.Ends.flip(1), targets.Counts), SlotCase.Weights);
            return Comparison.Same("slots", turned, c.Q - 1 - matched, Tolerance)
                .Then(() => Comparison.Same("slots", swapped, matched.flip(1), Tolerance));
        }) with { Cases = 40 },
    ];
}
