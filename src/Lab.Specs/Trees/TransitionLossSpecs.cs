using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using CostOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using MarginOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, double, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Trees;

/// <summary>Decisions with costs: some equally good, some not allowed, and states in which none is.</summary>
public sealed record DecisionCase : Case
{
    /// <summary>Rows B.</summary>
    public required int B { get; init; }

    /// <summary>States S of a row; 0 means that rows are states.</summary>
    public required int S { get; init; }

    /// <summary>Decisions M.</summary>
    public required int M { get; init; }

    /// <summary>The share of decisions that are not allowed.</summary>
    public double Forbidden { get; init; }

    /// <summary>What a hinge asks for.</summary>
    public double Margin { get; init; } = 1;

    /// <summary>A logit of -∞ has a right value; and a right gradient too where the op says so.</summary>
    internal bool Sloped { get; init; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        long[] shape = S == 0 ? [B, M] : [B, S, M];
        double[] usual = [1e4, -1e4];
        return
        [
            new("logits", Numbers().Reals(shape)) { Differentiable = true, BatchDim = 0, Extremes = Sloped ? [.. usual, double.NegativeInfinity] : usual },
            new("costs", Numbers(1).Indices(3, shape).masked_fill(Numbers(2).Mask(Forbidden, shape), -1)) { BatchDim = 0 },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (S > 0)
            yield return this with { S = S - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (Forbidden > 0)
            yield return this with { Forbidden = 0 };
        if (Margin != 1)
            yield return this with { Margin = 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<DecisionCase> Any =>
        from b in Gen.Choose(1, 4)
        from s in Gen.Choose(0, 3)
        from m in Gen.Choose(1, 5)
        from forbidden in Gen.Elements(0.0, 0.3, 0.7)
        from scale in Gen.Elements(1.0, 1.0, 30.0, 1e3)
        from margin in Gen.Elements(0.0, 1.0, 2.5)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DecisionCase { B = b, S = s, M = m, Forbidden = forbidden, Scale = scale, Margin = margin, Seed = seed };
}

/// <summary>What the specs of these losses share.</summary>
/// <typeparam name="TOp">The op's signature.</typeparam>
public abstract class DecisionSpec<TOp> : Spec<TOp, DecisionCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Gen<DecisionCase> Cases => DecisionCase.Any;

    /// <inheritdoc/>
    public override int MostCases => 40;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(DecisionCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var no = arguments[1].Value < 0;
        if (!no.any().ToBoolean())
            return null;
        return [arguments[0].With(arguments[0].Value.masked_fill(no, double.NaN)), arguments[1].With(arguments[1].Value.masked_fill(no, -7))];
    }

    /// <inheritdoc/>
    public sealed override Tensor[] Call(TOp op, DecisionCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [Call(op, arguments[0], arguments[1], @case.Margin)];
    }

    /// <summary>Gives tensors to a version of the op.</summary>
    public abstract Tensor Call(TOp op, Tensor logits, Tensor costs, double margin);

    /// <summary>One number for each state: from the logits of the cheapest decisions, and all that are allowed with their costs.</summary>
    protected static Tensor Each(Tensor logits, Tensor costs, Func<Tensor, Tensor, long[], Tensor> number)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(costs);
        var (rows, each) = (logits.reshape(-1, logits.size(-1)), costs.reshape(-1, logits.size(-1)));
        var numbers = Enumerable.Range(0, (int)rows.size(0)).Select(row =>
        {
            var cost = each[row].data<long>().ToArray();
            long[] allowed = [.. Enumerable.Range(0, cost.Length).Where(a => cost[a] >= 0)];
            if (allowed.Length == 0)
                return zeros([], rows.dtype);
            var least = allowed.Min(a => cost[a]);
            long[] cheapest = [.. allowed.Where(a => cost[a] == least)];
            return number(rows[row].index_select(0, tensor(cheapest)), rows[row].index_select(0, tensor(allowed)), [.. allowed.Select(a => cost[a])]);
        }).ToArray();
        return numbers.Length == 0 ? zeros(logits.shape[..^1], dtype: logits.dtype) : stack(numbers).reshape(logits.shape[..^1]);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs =>
    [
        new("null for logits", "logits", () => [Costs(2, 3)], (op, x) => Call(op, null!, x[0], 1)),
        new("null for costs", "costs", () => [ones(2, 3)], (op, x) => Call(op, x[0], null!, 1)),
        Bad("integer logits", "logits", () => [Costs(2, 3), Costs(2, 3)]),
        Bad("a scalar for logits", "logits", () => [ones([]), Costs()]),
        Bad("no decisions", "logits", () => [ones(2, 0), Costs(2, 0)]),
        Bad("real costs", "costs", () => [ones(2, 3), ones(2, 3)]),
        Bad("int32 costs", "costs", () => [ones(2, 3), Costs(2, 3).to(ScalarType.Int32)]),
        Bad("costs of other decisions", "costs", () => [ones(2, 3), Costs(2, 4)]),
        Bad("costs for each state alone", "costs", () => [ones(2, 3), Costs(2)]),
        Bad("costs on another device", "costs", () => [ones(2, 3), zeros([2, 3], ScalarType.Int64, META)]),
    ];

    private BadInput<TOp> Bad(string description, string parameter, Func<Tensor[]> draw) =>
        new(description, parameter, draw, (op, x) => Call(op, x[0], x[1], 1));

    private static Tensor Costs(params long[] shape) => zeros(shape, ScalarType.Int64);
}

/// <summary>The surprise of taking one of the cheapest, against log-sum-exps of those picked out.</summary>
public sealed class CheapestNegativeLogLikelihoodSpec : DecisionSpec<CostOp>
{
    /// <inheritdoc/>
    public override CostOp Op => TransitionLoss.CheapestNegativeLogLikelihood;

    /// <inheritdoc/>
    public override CostOp Oracle => (logits, costs) => Each(logits, costs, (cheapest, allowed, _) =>
        cheapest.isneginf().all().ToBoolean()
            ? tensor(double.PositiveInfinity, logits.dtype)
            : AllTrees.LogSum(allowed) - AllTrees.LogSum(cheapest));

    /// <inheritdoc/>
    public override Tensor Call(CostOp op, Tensor logits, Tensor costs, double margin)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op(logits, costs);
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<CostOp, DecisionCase>> OwnLaws =>
    [
        Own("one right decision: a cross-entropy", "Where one decision costs 0 and all others 1, it is cross_entropy against that one.", (op, c) =>
        {
            var logits = c.Draw()[0].Value.reshape(-1, c.M);
            var right = arange(logits.size(0)) % c.M;
            var costs = ones([logits.size(0), c.M], ScalarType.Int64).scatter(1, right.unsqueeze(1), zeros([logits.size(0), 1], ScalarType.Int64));
            return logits.size(0) == 0 ? Verdict.DoesNotApply
                : Comparison.Same("result", op(logits, costs), nn.functional.cross_entropy(logits, right, reduction: nn.Reduction.None), Tolerance);
        }) with { Cases = 40 },
        Own("only the order of costs matters", "All costs more by the same number, or twice as large, give the same loss.", (op, c) =>
        {
            var drawn = c.Draw();
            var (logits, costs) = (drawn[0].Value, drawn[1].Value);
            var dearer = where(costs < 0, costs, 2 * costs + 5);
            return Comparison.Same("result", op(logits, dearer), op(logits, costs), Tolerance);
        }) with { Cases = 40 },
    ];
}

/// <summary>The hinge of decisions, against the greatest of each kind.</summary>
public sealed class CheapestHingeSpec : DecisionSpec<MarginOp>
{
    /// <inheritdoc/>
    public override MarginOp Op => TransitionLoss.CheapestHinge;

    /// <inheritdoc/>
    public override MarginOp Oracle => (logits, costs, margin) => Each(logits, costs, (cheapest, allowed, cost) =>
    {
        long[] dearer = [.. Enumerable.Range(0, cost.Length).Where(a => cost[a] > cost.Min())];
        if (cheapest.isneginf().all().ToBoolean())
            return tensor(double.PositiveInfinity, logits.dtype);
        if (dearer.Length == 0 || allowed.index_select(0, tensor(dearer)).isneginf().all().ToBoolean())
            return zeros([], logits.dtype);
        return (margin + allowed.index_select(0, tensor(dearer)).max(0).values - cheapest.max(0).values).clamp(min: 0);
    });

    /// <inheritdoc/>
    public override bool SmoothAt(DecisionCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;                                    // at round numbers two may be the greatest: a kink
    }

    /// <inheritdoc/>
    public override bool IsTwiceDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor Call(MarginOp op, Tensor logits, Tensor costs, double margin)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op(logits, costs, margin);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<MarginOp>> BadInputs =>
    [
        .. base.BadInputs,
        new("a negative margin", "margin", () => [ones(2, 3), zeros([2, 3], ScalarType.Int64)], (op, x) => op(x[0], x[1], -1)),
        new("an infinite margin", "margin", () => [ones(2, 3), zeros([2, 3], ScalarType.Int64)], (op, x) => op(x[0], x[1], double.PositiveInfinity)),
    ];
}

/// <summary>The risk of a decision, against a softmax of those picked out.</summary>
public sealed class ExpectedCostSpec : DecisionSpec<CostOp>
{
    /// <inheritdoc/>
    public override CostOp Op => TransitionLoss.ExpectedCost;

    /// <inheritdoc/>
    public override CostOp Oracle => (logits, costs) => Each(logits, costs, (_, allowed, cost) =>
        (nn.functional.softmax(allowed, 0) * tensor(cost, allowed.dtype)).sum());

    /// <inheritdoc/>
    public override Gen<DecisionCase> Cases => base.Cases.Select(c => c with { Sloped = false });

    /// <inheritdoc/>
    public override Tensor Call(CostOp op, Tensor logits, Tensor costs, double margin)
    {
        ArgumentNullException.ThrowIfNull(op);
        return op(logits, costs);
    }
}
