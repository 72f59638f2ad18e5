using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using MatcherOp = System.Func<Lab.Core.Sets.QueryOutput, Lab.Core.Sets.SetTargets, Lab.Core.Sets.SetWeights?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>The matcher against all ways to give each target a query.</summary>
public sealed class HungarianMatcherSpec : Spec<MatcherOp, SetsCase>
{
    /// <inheritdoc/>
    public override MatcherOp Op => Matching.HungarianMatcher;

    /// <inheritdoc/>
    public override MatcherOp Oracle => (output, targets, weights) =>
        AllAssignments.Cheapest(SetsByHand.Costs(output, targets, weights), targets.Counts).Rows;

    /// <inheritdoc/>
    public override Gen<SetsCase> Cases => SetsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(MatcherOp op, SetsCase @case, Tensor[] arguments)
    {
        var (output, targets) = SetsCase.Records(arguments);
        return [op(output, targets, @case.Weights)];
    }

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SetsCase @case, IReadOnlyList<Argument> arguments) => SetsCase.Disturbed(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MatcherOp>> BadInputs =>
    [
        .. SetsByHand.BadInputs<MatcherOp>("output", (op, o, t, w) => op(o, t, w)),
        new("a logit that is NaN", "output", () => [full([1, 2, 3], float.NaN), ones(1, 2, 4)], (op, x) => OnOne(op, x)),
        new("a box that is NaN", "output", () => [ones(1, 2, 3), full([1, 2, 4], float.NaN)], (op, x) => OnOne(op, x)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<MatcherOp, SetsCase>> OwnLaws =>
    [
        Own("the overlap counts", "The box that is nearer by numbers lies apart from the target; the other is matched, for its GIoU.", (op, _) =>
        {
            var boxes = tensor([0.6, 0.3, 0.1, 0.5, 0.5, 0.6, 0.4, 0.8]).reshape(1, 2, 4);
            var target = tensor([0.2, 0.6, 0.1, 0.4]).reshape(1, 1, 4);
            return Query(op, zeros(1, 2, 3, dtype: ScalarType.Float64), boxes, target, new() { Box = 1, Overlap = 0 }, 0)
                .Then(() => Query(op, zeros(1, 2, 3, dtype: ScalarType.Float64), boxes, target, new() { Box = 1, Overlap = 1 }, 1));
        }) with { Cases = 1 },
        Own("the probability, and not its logarithm", "A query at the target's place with p = 0.01 is matched before one at a distance of 1 with p = 0.3; by logarithms "
            + "it would not be.", (op, _) =>
        {
            var logits = tensor([0.01, 0.99, 0.3, 0.7]).log().reshape(1, 2, 2);
            var boxes = tensor([0.3, 0.3, 0.2, 0.2, 0.8, 0.8, 0.2, 0.2]).reshape(1, 2, 4);
            return Query(op, logits, boxes, boxes[.., ..1], new() { Box = 1, Overlap = 0 }, 0);
        }) with { Cases = 1 },
        Own("order does not matter", "Queries or targets in another order are matched as before.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var full = c.M;                                                               // all of them, so that they can change places
            drawn[4] = full_like(drawn[4], full);
            var (output, targets) = SetsCase.Records(drawn);
            var matched = op(output, targets, c.Weights);
            if (c.Q < c.M || c.M == 0)
                return Verdict.DoesNotApply;
            var turned = op(new(output.Logits.flip(1), output.Boxes.flip(1)), targets, c.Weights);
            var swapped = op(output, new(targets.Labels.flip(1), targets.Boxes.flip(1), targets.Counts), c.Weights);
            return Comparison.Same("queries", turned, c.Q - 1 - matched, Tolerance)
                .Then(() => Comparison.Same("queries", swapped, matched.flip(1), Tolerance));
        }),
    ];

    private static Verdict Query(MatcherOp op, Tensor logits, Tensor boxes, Tensor target, SetWeights weights, long expected) => Comparison.Same(
        $"query at overlap weight {weights.Overlap}",
        op(new(logits, boxes), new(zeros([1, 1], ScalarType.Int64), target, ones([1], ScalarType.Int64)), weights), full([1, 1], expected, ScalarType.Int64),
        new Tolerance(0, 0));

    private static void OnOne(MatcherOp op, Tensor[] x)
    {
        using var scope = NewDisposeScope();
        op(new(x[0], x[1]), new(zeros([1, 1], ScalarType.Int64), ones([1, 1, 4], x[1].dtype), ones([1], ScalarType.Int64)), null);
    }
}
