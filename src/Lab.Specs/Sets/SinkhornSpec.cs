using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using SinkhornOp = System.Func<TorchSharp.torch.Tensor, double, int, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Sets;

/// <summary>Sinkhorn's rounds against the same rounds with products of exponentials.</summary>
public sealed class SinkhornSpec : Spec<SinkhornOp, CostsCase>
{
    private static readonly double[] temperatures = [0.5, 0.1];

    private const double Temperature = 0.7;
    private const int Rounds = 4;
    private static readonly double inf = double.PositiveInfinity;

    /// <inheritdoc/>
    public override SinkhornOp Op => Matching.Sinkhorn;

    /// <inheritdoc/>
    public override SinkhornOp Oracle => (costs, temperature, rounds) =>
    {
        var (N, M) = (costs.size(1), costs.size(2));
        if (N > M)
            return Oracle(costs.transpose(1, 2), temperature, rounds).transpose(1, 2);
        var weights = (-costs / temperature).exp();
        var goals = ones(N, dtype: costs.dtype);
        if (M > N)
            (weights, goals) = (cat([weights, ones([costs.size(0), 1, M], costs.dtype)], 1), cat([goals, full([1], M - N, dtype: costs.dtype)]));
        var (left, right) = (ones_like(weights.narrow(2, 0, 1)), ones_like(weights.narrow(1, 0, 1)));
        for (var round = 0; round < rounds; round++)
        {
            right = 1 / (weights * left).sum(1, keepdim: true);
            left = goals.unsqueeze(1) / (weights * right).sum(2, keepdim: true);
        }
        return (left * weights * right).narrow(1, 0, N);
    };

    /// <inheritdoc/>
    public override Gen<CostsCase> Cases => CostsCase.Any.Where(c => c is { N: > 0, M: > 0 })
        .Select(c => c with { Counted = false, Extreme = 12, Differentiable = true });

    /// <inheritdoc/>
    public override bool SmoothAt(CostsCase @case) => !@case.Forbidden;

    /// <inheritdoc/>
    public override Tensor[] Call(SinkhornOp op, CostsCase @case, Tensor[] arguments) => [op(arguments[0], Temperature, Rounds)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SinkhornOp>> BadInputs =>
    [
        new("null for costs", "costs", () => [], (op, _) => op(null!, 0.1, 5)),
        new("integer costs", "costs", () => [ones(1, 2, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0.1, 5)),
        new("one table without its dimension", "costs", () => [ones(2, 2)], (op, x) => op(x[0], 0.1, 5)),
        new("a cost that is NaN", "costs", () => [full([1, 2, 2], double.NaN)], (op, x) => op(x[0], 0.1, 5)),
        new("a cost of -∞", "costs", () => [full([1, 2, 2], -inf)], (op, x) => op(x[0], 0.1, 5)),
        new("a row without a partner", "costs", () => [tensor([1, 1, inf, inf]).reshape(1, 2, 2)], (op, x) => op(x[0], 0.1, 5)),
        new("a column without a partner", "costs", () => [tensor([1, inf, 1, inf]).reshape(1, 2, 2)], (op, x) => op(x[0], 0.1, 5)),
        new("temperature 0", "temperature", () => [ones(1, 2, 2)], (op, x) => op(x[0], 0, 5)),
        new("no rounds", "rounds", () => [ones(1, 2, 2)], (op, x) => op(x[0], 0.1, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<SinkhornOp, CostsCase>> OwnLaws =>
    [
        Own("shares add up", "Each of the smaller side has shares that sum to 1; in the limit those of the larger side sum to 1 at most.", (op, c) =>
        {
            var plan = op(c.Draw()[0].Value, 1, c.Forbidden ? 1 : 150);
            var (rows, columns) = (plan.sum(2), plan.sum(1));
            return Comparison.Same("sums", c.N <= c.M ? rows : columns, ones_like(c.N <= c.M ? rows : columns), Tolerance)
                .Then(() => Verdict.Require(
                    c.Forbidden || ((c.N <= c.M ? columns : rows) <= 1 + 1e-4).all().ToBoolean(), "A member of the larger side is more than used up."));
        }) with { Cases = 15 },
        Own("cold, it is the assignment", "As the temperature falls, the plan's cost comes within τ·n·log n of the least, n the larger side; where that is clear of the "
            + "next assignment, the plan is that assignment.", (op, c) =>
        {
            if (c.Forbidden || c.N + c.M > 7)
                return Verdict.DoesNotApply;
            var (costs, n) = ((c with { B = 1 }).Draw()[0].Value, Math.Max(c.N, c.M));
            var best = AllAssignments.Cheapest(costs, null);
            foreach (var temperature in temperatures)
            {
                var plan = op(costs, temperature, 250);
                var excess = (plan * costs).sum().ToDouble() - best.Costs.ToDouble();
                if (excess > (temperature * n * Math.Log(n)) + 1e-2)
                    return Verdict.Fails($"At temperature {temperature} the plan costs {excess} more than the assignment.");
            }
            var gap = AllAssignments.Of(c.N, c.M).Select(pairs => pairs.Sum(p => costs[0, p.Row, p.Column].ToDouble())).Order().Take(2).ToArray();
            if (gap.Length == 2 && gap[1] - gap[0] < 0.5)
                return Verdict.Holds;
            var chosen = op(costs, 0.05, 250).round();
            var sure = zeros_like(costs);
            foreach (var (row, column) in AllAssignments.Of(c.N, c.M).MinBy(pairs => pairs.Sum(p => costs[0, p.Row, p.Column].ToDouble()))!)
                sure[0, row, column] = 1;
            return Comparison.Same("rounded plan", chosen, sure, Tolerance);
        }) with { Cases = 10 },
        Own("hot, all are alike", "As the temperature rises, every pair has the same share.", (op, c) =>
        {
            if (c.Forbidden)
                return Verdict.DoesNotApply;
            var plan = op(c.Draw()[0].Value, 1e8, 20);
            return Comparison.Same("plan", plan, full_like(plan, 1.0 / Math.Max(c.N, c.M)), new Tolerance(1e-6, 1e-6));
        }) with { Cases = 20 },
        Own("no temperature overflows", "Costs of 1e4 at temperature 0.01 give numbers, where exp(-1e6) is 0 and 0/0 none.", (op, c) =>
        {
            var costs = ((c with { Forbidden = false }).Draw()[0].Value * 1e4).requires_grad_();
            var plan = op(costs, 0.01, 5);
            plan.square().sum().backward();
            return Verdict.Require(
                plan.isfinite().all().ToBoolean() && costs.grad!.isfinite().all().ToBoolean(), "A share or a slope is no number.");
        }) with { Cases = 20 },
        Own("forbidden is forbidden", "A pair that costs +∞ has the share 0, and no slope.", (op, c) =>
        {
            if (!c.Forbidden)
                return Verdict.DoesNotApply;
            var costs = c.Draw()[0].Value.requires_grad_();
            var plan = op(costs, 0.5, 10);
            (plan * plan).sum().backward();
            var forbidden = costs.isposinf();
            return Verdict.Require(plan.masked_select(forbidden).eq(0).all().ToBoolean(), "A forbidden pair has a share.")
                .Then(() => Verdict.Require(costs.grad!.isfinite().all().ToBoolean(), "A slope is no number."));
        }),
    ];
}
