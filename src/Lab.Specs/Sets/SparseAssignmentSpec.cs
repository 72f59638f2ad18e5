using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, double, int, Lab.Core.Sets.SparsePlan>;

namespace Lab.Specs.Sets;

/// <summary>Sparse plans against an interior-point method over all assignments; and, where there are too many, against what marks an optimum.</summary>
public sealed class SparseAssignmentSpec : Spec<Op, CostsCase>
{
    private const double Temperature = 0.7;
    private const int Rounds = 1000;
    private static readonly double inf = double.PositiveInfinity;

    /// <inheritdoc/>
    public override Op Op => Matching.SparseAssignment;

    /// <inheritdoc/>
    public override Op Oracle => (costs, temperature, _) =>
    {
        var (N, M) = ((int)costs.size(1), (int)costs.size(2));
        var (rows, clear) = (new List<Tensor>(), true);
        foreach (var table in costs.unbind(0))
        {
            var (parts, scores) = Listed(table, temperature);
            if (parts.numel() == 0)
            {
                rows.Add(zeros([N, M], costs.dtype));
                continue;
            }
            var sparse = SparseOracle.Over(parts, scores);
            clear &= sparse.Clarity > 1e-6;
            rows.Add(sparse.Marginals.reshape(N, M));
        }
        var plan = stack([.. rows]);
        var none = zeros([0]);
        return new(clear ? plan : plan.detach(), none, none, none, none);
    };

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Gen<CostsCase> Cases =>
        from c in CostsCase.Any
        from scale in Gen.Elements(0.3, 1.0, 1.0, 3.0, 1e3)
        select c with
        {
            B = Math.Min(c.B, 2),
            N = Math.Min(c.N, c.M > 4 ? 2 : 4),
            M = Math.Min(c.M, c.N > 4 ? 2 : 4),                           // 24 assignments at most
            Whole = false,                                                // without ties: there slopes are missing
            Counted = false,
            Scale = scale,
            Extreme = 12,
            Differentiable = true,
        };

    /// <inheritdoc/>
    public override bool SmoothAt(CostsCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return !@case.Forbidden && @case.N > 0 && @case.M > 0 && @case.Draw()[0].Value.unbind(0).All(table =>
        {
            var (parts, scores) = Listed(table, Temperature);
            return SparseOracle.Over(parts, scores).Clarity > 1e-4 * Math.Max(1, 5 * @case.Scale);
        });
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, CostsCase @case, Tensor[] arguments)
    {
        var (plan, columns, weights, rounds, gaps) = op(arguments[0], Temperature, Rounds);
        foreach (var other in new[] { columns, weights, rounds, gaps })
            other.Dispose();                                              // not unique, or not of the problem: own laws look at them
        return [plan];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
    [
        new("null for costs", "costs", () => [], (op, _) => op(null!, 1, 5)),
        new("integer costs", "costs", () => [ones(1, 2, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 1, 5)),
        new("one table without its dimension", "costs", () => [ones(2, 2)], (op, x) => op(x[0], 1, 5)),
        new("a cost that is NaN", "costs", () => [full([1, 2, 2], double.NaN)], (op, x) => op(x[0], 1, 5)),
        new("a cost of -∞", "costs", () => [full([1, 2, 2], -inf)], (op, x) => op(x[0], 1, 5)),
        new("a row without a partner", "costs", () => [tensor([1, 1, inf, inf]).reshape(1, 2, 2)], (op, x) => op(x[0], 1, 5)),
        new("two rows that can only have one column", "costs", () => [tensor([1, inf, 2, inf]).reshape(1, 2, 2)], (op, x) => op(x[0], 1, 5)),
        new("temperature 0", "temperature", () => [ones(1, 2, 2)], (op, x) => op(x[0], 0, 5)),
        new("no rounds", "rounds", () => [ones(1, 2, 2)], (op, x) => op(x[0], 1, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, CostsCase>> OwnLaws =>
    [
        Own("it is a mixture of few assignments", "Sums are 1 on the smaller side and at most 1 on the larger, exactly; no two assignments are the same, and their pairs, weighted, are the plan.", (op, c) =>
        {
            var costs = Large(c);
            var sparse = op(costs, Temperature, Rounds);
            var rebuilt = zeros_like(sparse.Plan);
            for (var b = 0; b < costs.size(0); b++)
            {
                var seen = new HashSet<string>();
                for (var s = 0; s < sparse.Weights.size(1); s++)
                {
                    var (share, columns) = (sparse.Weights[b, s].ToDouble(), sparse.Columns[b, s].data<long>().ToArray());
                    var paired = columns.Where(j => j != Matching.Unmatched).ToArray();
                    if (share == 0 ? paired.Length > 0 : share < 0 || paired.Distinct().Count() != Math.Min(costs.size(1), costs.size(2)) || paired.Length != paired.Distinct().Count())
                        return Verdict.Fails($"A share is negative, or {string.Join(" ", columns)} is no assignment.");
                    if (share > 0 && !seen.Add(string.Join(' ', columns)))
                        return Verdict.Fails("An assignment has two shares.");
                    for (var i = 0; i < columns.Length && share > 0; i++)
                        if (columns[i] != Matching.Unmatched)
                            rebuilt[b, i, columns[i]] += share;
                }
            }
            var (sums, others) = costs.size(1) <= costs.size(2) ? (sparse.Plan.sum(2), sparse.Plan.sum(1)) : (sparse.Plan.sum(1), sparse.Plan.sum(2));
            return Comparison.Same("plan", sparse.Plan, rebuilt, Tolerance)
                .Then(() => Comparison.Same("sums", sums, ones_like(sums), Tolerance))
                .Then(() => Verdict.Require(others.le(1 + 1e-9).all().ToBoolean(), "A member of the larger side is more than used up."));
        }) with { Cases = 20 },
        Own("no assignment would improve it", "Once each pair costs τ times its share, no assignment is cheaper than those that have one: what marks the optimum.", (op, c) =>
        {
            var costs = Large(c with { Forbidden = false });
            var sparse = op(costs, Temperature, Rounds);
            var raised = costs + Temperature * sparse.Plan;
            return Comparison.Same("costs", (sparse.Plan * raised).sum([1, 2]), Matching.LinearAssignment(raised).Costs, new Tolerance(1e-11, 1e-9));
        }) with { Cases = 20 },
        Own("a plan is its own nearest", "Of costs that are a plan, negative, at temperature 1 it makes that plan.", (op, c) =>
        {
            var plan = op(Large(c), Temperature, Rounds).Plan;
            return Comparison.Same("plan", op(-plan, 1, Rounds).Plan, plan, new Tolerance(0, 1e-7));
        }) with { Cases = 10 },
        Own("cold, it is the assignment", "At a temperature far below the costs' differences one assignment has it all: already before 0, unlike Sinkhorn's.", (op, c) =>
        {
            if (c.Decimals is not null)
                return Verdict.DoesNotApply;                              // ties stay ties
            var costs = Large(c with { Scale = 1 });
            var best = Matching.LinearAssignment(costs).Columns.unsqueeze(2);
            var expected = zeros_like(costs).scatter(2, best.clamp(min: 0), best.ge(0).to(ScalarType.Float64));
            return Comparison.Same("plan", op(costs, 1e-7, Rounds).Plan, expected, Tolerance);
        }) with { Cases = 10 },
    ];

    /// <summary>More assignments than can be looked at.</summary>
    private static Tensor Large(CostsCase c) => (c with { B = 2, N = c.N + 4, M = c.M + 4 }).Draw()[0].Value;

    /// <summary>All assignments that are not forbidden: their pairs, <c>[P, N·M]</c>, and scores.</summary>
    private static (Tensor Parts, Tensor Scores) Listed(Tensor table, double temperature)
    {
        var (N, M) = ((int)table.size(0), (int)table.size(1));
        if (N == 0 || M == 0)
            return (zeros([0, 0], table.dtype), zeros([0], table.dtype));
        var cells = AllAssignments.Of(N, M).Select(pairs => pairs.Select(p => (long)(p.Row * M + p.Column)).ToArray()).ToArray();
        var index = tensor(cells.SelectMany(pairs => pairs).ToArray()).reshape(cells.Length, -1);
        var scores = table.reshape(-1).index_select(0, index.reshape(-1)).reshape(index.shape).sum(1) / -temperature;
        var possible = scores.isneginf().logical_not().nonzero().squeeze(1);
        var parts = zeros([cells.Length, N * M], table.dtype).scatter(1, index, ones([cells.Length, N * M], table.dtype));
        return (parts.index_select(0, possible), scores.index_select(0, possible));
    }
}
