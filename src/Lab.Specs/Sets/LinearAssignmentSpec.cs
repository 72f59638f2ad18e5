using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using AssignmentOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor?, Lab.Core.Sets.Assignment>;

namespace Lab.Specs.Sets;

/// <summary>Linear assignment against all assignments, and against the prices that it proves itself by.</summary>
public sealed class LinearAssignmentSpec : Spec<AssignmentOp, CostsCase>
{
    private static readonly double[] units = [1.0, 1e15, 1e-15];

    private static readonly double inf = double.PositiveInfinity;

    /// <inheritdoc/>
    public override AssignmentOp Op => Matching.LinearAssignment;

    /// <inheritdoc/>
    public override AssignmentOp Oracle => AllAssignments.Cheapest;

    /// <inheritdoc/>
    public override Gen<CostsCase> Cases => CostsCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(AssignmentOp op, CostsCase @case, Tensor[] arguments) =>
        AllAssignments.CostsOf(op(arguments[0], arguments.ElementAtOrDefault(1)));

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(CostsCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        if (!@case.Counted)
            return null;
        var padded = arange(@case.M) >= arguments[1].Value.unsqueeze(1);                  // [B, M]
        return [arguments[0].With(arguments[0].Value.masked_fill(padded.unsqueeze(1), double.NaN)), arguments[1]];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<AssignmentOp>> BadInputs =>
    [
        new("null for costs", "costs", () => [], (op, _) => op(null!, null)),
        new("integer costs", "costs", () => [ones(1, 2, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], null)),
        new("one table without its dimension", "costs", () => [ones(2, 2)], (op, x) => op(x[0], null)),
        new("a cost that is NaN", "costs", () => [Table([1, double.NaN, 1, 1])], (op, x) => op(x[0], null)),
        new("a cost of -∞", "costs", () => [Table([1, 1, -inf, 1])], (op, x) => op(x[0], null)),
        new("a cost that is NaN, the last of five", "costs", () => [tensor([1, 2, 3, 4, double.NaN]).reshape(1, 1, 5)], (op, x) => op(x[0], null)),
        new("a cost of -∞, the last of five", "costs", () => [tensor([1, 2, 3, 4, -inf]).reshape(1, 5, 1)], (op, x) => op(x[0], null)),
        new("a row without a partner", "costs", () => [Table([inf, inf, 1, 1])], (op, x) => op(x[0], null)),
        new("two rows that can only have one column", "costs", () => [Table([1, inf, 2, inf])], (op, x) => op(x[0], null)),
        new("two columns that can only have one row of three", "costs", () => [tensor([1, 2, inf, inf, inf, inf]).reshape(1, 3, 2)], (op, x) => op(x[0], null)),
        new("counts in float", "counts", () => [ones(1, 2, 2), ones(1)], (op, x) => op(x[0], x[1])),
        new("a count too few", "counts", () => [ones(2, 2, 2), ones(1, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1])),
        new("a count of more than all columns", "counts", () => [ones(1, 2, 2), full([1], 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1])),
        new("a count below 0", "counts", () => [ones(1, 2, 2), full([1], -1, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<AssignmentOp, CostsCase>> OwnLaws =>
    [
        Own("each has a partner of its own", "Every member of the smaller side has one partner, both lists say so, and the cost is that of the pairs.", (op, c) =>
        {
            var (costs, counts) = Drawn(c);
            return AllAssignments.IsAssignment(op(costs, counts), costs, counts, Tolerance);
        }),
        Own("the prices prove it", "No pair costs less than its prices, matched pairs cost just that, and without a partner the price is 0.", (op, c) =>
        {
            var (costs, counts) = Drawn(c);
            return AllAssignments.PricesProve(op(costs, counts), costs, counts, 0, 1e-9);
        }),
        Own("turned tables have turned answers", "Rows and columns exchanged, the cost is the same.", (op, c) =>
        {
            var (costs, _) = Drawn(c);
            return Comparison.Same("cost", op(costs.transpose(1, 2), null).Costs, op(costs, null).Costs, Tolerance);
        }) with { Cases = 40 },
        Own("what all pay decides nothing", "The same added to all costs of the smaller side's member costs as much more, and changes no optimal pair.", (op, c) =>
        {
            if (c.N > c.M || c.N == 0)
                return Verdict.DoesNotApply;
            var (costs, _) = Drawn(c);
            var more = arange(1, c.N + 1, dtype: ScalarType.Float64).reshape(1, c.N, 1) * 100;
            var moved = op(costs + more, null);
            return Comparison.Same("cost", moved.Costs, op(costs, null).Costs + more.sum(), new Tolerance(1e-9, 1e-9));
        }) with { Cases = 40 },
        Own("large tables prove themselves", "Tables of 70 by 50, 50 by 70 and 60 by 60, of reals and of few whole numbers, in both precisions.", (op, c) =>
        {
            var verdict = Verdict.Holds;
            foreach (var (n, m) in new[] { (70, 50), (50, 70), (60, 60) })
                foreach (var dtype in new[] { ScalarType.Float64, ScalarType.Float32 })
                {
                    var costs = (c with { B = 2, N = n, M = m, Forbidden = false }).Draw()[0].Value.to(dtype);
                    var got = op(costs, null);
                    verdict = verdict.Then(() => AllAssignments.IsAssignment(got, costs, null, new Tolerance(1e-5, 1e-5)))
                        .Then(() => AllAssignments.PricesProve(got, costs, null, 0, dtype == ScalarType.Float64 ? 1e-9 : 1e-4));
                }
            return verdict;
        }) with { Cases = 4 },
        Own("large tables with counts prove themselves", "Tables of 20 by 40 of which 24, 40, 8 or 17 columns count.", (op, c) =>
        {
            var costs = (c with { B = 4, N = 20, M = 40, Forbidden = false, Counted = false }).Draw()[0].Value;
            var counts = tensor(new long[] { 24, 40, 8, 17 });
            var got = op(costs, counts);
            return AllAssignments.IsAssignment(got, costs, counts, Tolerance).Then(() => AllAssignments.PricesProve(got, costs, counts, 0, 1e-9));
        }) with { Cases = 4 },
        Own("the first come is not the best served", "Rows that take their cheapest column in turn pay 10 where 1 is enough; and at 1e15 it is the same.", (op, _) =>
        {
            foreach (var unit in units)
            {
                var verdict = Comparison.Same("cost", op(Table([0, 1, 0, 10]) * unit, null).Costs, tensor([unit]), new Tolerance(1e-12, 0))
                    .Then(() => Comparison.Same("columns", op(Table([0, 1, 0, 10]) * unit, null).Columns, tensor(new long[,] { { 1, 0 } }), Tolerance));
                if (verdict.IsFailure)
                    return verdict;
            }
            return Verdict.Holds;
        }) with { Cases = 1 },
    ];

    private static (Tensor Costs, Tensor? Counts) Drawn(CostsCase c)
    {
        var drawn = c.Draw();
        return (drawn[0].Value, drawn.ElementAtOrDefault(1)?.Value);
    }

    private static Tensor Table(double[] entries) => tensor(entries).reshape(1, 2, 2);
}
