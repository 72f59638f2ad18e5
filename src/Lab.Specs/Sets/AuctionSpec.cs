using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using AuctionOp = System.Func<TorchSharp.torch.Tensor, double, Lab.Core.Sets.Assignment>;

namespace Lab.Specs.Sets;

/// <summary>Auctions of costs in whole numbers against all assignments: with a small ε they are exact.</summary>
public sealed class AuctionSpec : Spec<AuctionOp, CostsCase>
{
    private static readonly double[] epsilons = [1.0, 0.1, 0.001];

    /// <inheritdoc/>
    public override AuctionOp Op => Matching.Auction;

    /// <inheritdoc/>
    public override AuctionOp Oracle => (costs, _) => AllAssignments.Cheapest(costs, null);

    /// <inheritdoc/>
    public override Gen<CostsCase> Cases => CostsCase.Any.Where(c => c.N <= 4 && c.M <= 4)
        .Select(c => c with { Whole = true, Forbidden = false, Counted = false, Extreme = 64 });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(AuctionOp op, CostsCase @case, Tensor[] arguments) => AllAssignments.CostsOf(op(arguments[0], 0.2));

    /// <inheritdoc/>
    public override IEnumerable<BadInput<AuctionOp>> BadInputs =>
    [
        new("null for costs", "costs", () => [], (op, _) => op(null!, 0.1)),
        new("integer costs", "costs", () => [ones(1, 2, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0.1)),
        new("one table without its dimension", "costs", () => [ones(2, 2)], (op, x) => op(x[0], 0.1)),
        new("a cost that is NaN", "costs", () => [full([1, 2, 2], double.NaN)], (op, x) => op(x[0], 0.1)),
        new("a forbidden pair", "costs", () => [tensor([1, double.PositiveInfinity]).reshape(1, 1, 2)], (op, x) => op(x[0], 0.1)),
        new("epsilon 0", "epsilon", () => [ones(1, 2, 2)], (op, x) => op(x[0], 0)),
        new("epsilon NaN", "epsilon", () => [ones(1, 2, 2)], (op, x) => op(x[0], double.NaN)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<AuctionOp, CostsCase>> OwnLaws =>
    [
        Own("within the bound", "Of real costs the sum is at most max(N, M)·ε above the least one, and never below it.", (op, c) =>
        {
            var costs = (c with { Whole = false }).Draw()[0].Value;
            var verdict = Verdict.Holds;
            foreach (var epsilon in epsilons)
            {
                var got = op(costs, epsilon);
                var excess = got.Costs - AllAssignments.Cheapest(costs, null).Costs;
                verdict = verdict.Then(() => AllAssignments.IsAssignment(got, costs, null, Tolerance))
                    .Then(() => AllAssignments.PricesProve(got, costs, null, epsilon, 1e-9))
                    .Then(() => Verdict.Require(
                        (excess >= -1e-9).logical_and(excess <= (Math.Max(c.N, c.M) * epsilon) + 1e-9).all().ToBoolean(),
                        $"With ε = {epsilon} the cost is {excess[0].ToDouble()} above the least one."));
            }
            return verdict;
        }) with { Cases = 30 },
        Own("a smaller side is not sold short", "Two rows and three columns, with prices left over from earlier auctions: the least is 2, not what old prices say.", (op, _) =>
            Comparison.Same(
                "cost", op(tensor([1.0, 5, 9, 5, 9, 1]).reshape(1, 2, 3), 0.1).Costs, tensor([2.0]), Tolerance)
                .Then(() => Comparison.Same("cost", op(tensor([1.0, 5, 9, 5, 9, 1]).reshape(1, 3, 2), 0.1).Costs, tensor([2.0]), Tolerance)))
            with
        { Cases = 1 },
    ];
}
