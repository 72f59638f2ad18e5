using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using UnusedOp = System.Func<TorchSharp.torch.Tensor, long, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Trees;

/// <summary>A few places, and a head that points at them.</summary>
public sealed record PointerCase : ModuleCase
{
    /// <summary>Rows B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Queries T.</summary>
    public int T { get; init; } = 3;

    /// <summary>Places S.</summary>
    public int S { get; init; } = 4;

    /// <summary>Width of queries, of places and of the hidden layer.</summary>
    public int D { get; init; } = 3;

    /// <summary>Whether some places are not allowed.</summary>
    public bool Masked { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => [new("query.weight", D + 1, D), new("memory.weight", D + 1, D), new("memory.bias", D + 1), new("scoring", D + 1)];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        Argument Real(string name, Tensor value) => new(name, value) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] };
        Argument[] given = [Real("queries", Numbers().Reals(B, T, D)), Real("places", Numbers(1).Reals(B, S, D))];
        return Masked ? [.. given, new("allowed", Numbers(2).Mask(0.7, B, T, S)) { BatchDim = 0 }] : given;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = 1 };
        if (S > 1)
            yield return this with { S = 1 };
        if (D > 1)
            yield return this with { D = 1 };
        if (Masked)
            yield return this with { Masked = false };
    }
}

/// <summary>The head that points against its formula, place by place.</summary>
public sealed class PointerHeadSpec : ModuleSpec<PointerHead, PointerCase>
{
    /// <inheritdoc/>
    protected internal override PointerCase Usual => new() { Seed = 3 };

    /// <inheritdoc/>
    public override Gen<PointerCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 3)
        from s in Gen.Choose(1, 4)
        from d in Gen.Choose(1, 3)
        from masked in Gen.Elements(false, true)
        from scale in Gen.Elements(1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PointerCase { B = b, T = t, S = s, D = d, Masked = masked, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override bool SmoothAt(PointerCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return !@case.Masked;                                             // -∞ has no slope
    }

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // large numbers in front of tanh

    /// <inheritdoc/>
    protected internal override PointerHead Make(PointerCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.D, @case.D + 1);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(PointerHead module, PointerCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1], inputs.Count > 2 ? inputs[2] : null)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(PointerCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var logits =
            from b in Enumerable.Range(0, (int)inputs[0].size(0))
            from t in Enumerable.Range(0, @case.T)
            from s in Enumerable.Range(0, @case.S)
            let hidden = ((p["query.weight"] * inputs[0][b, t]).sum(1) + (p["memory.weight"] * inputs[1][b, s]).sum(1) + p["memory.bias"]).tanh()
            let score = (hidden * p["scoring"]).sum()
            select inputs.Count > 2 && !inputs[2][b, t, s].ToBoolean() ? score.masked_fill(ones([], ScalarType.Bool), double.NegativeInfinity) : score;
        return [logits.Any() ? stack([.. logits]).reshape(-1, @case.T, @case.S) : zeros(0, @case.T, @case.S, dtype: inputs[0].dtype)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<PointerCase>>> BadInputs =>
    [
        Made("no width of queries", "queryWidth", () => new PointerHead(0, 2, 2).Dispose()),
        Made("no width of places", "memoryWidth", () => new PointerHead(2, 0, 2).Dispose()),
        Made("no width", "width", () => new PointerHead(2, 2, 0).Dispose()),
        Given("null for queries", "queries", () => [ones(2, 4, 3)], (head, x) => head.call(null!, x[0], null)),
        Given("queries of another width", "queries", () => [ones(2, 3, 2), ones(2, 4, 3)], (head, x) => head.call(x[0], x[1], null)),
        Given("one query", "queries", () => [ones(2, 3), ones(2, 4, 3)], (head, x) => head.call(x[0], x[1], null)),
        Given("places of another batch", "places", () => [ones(2, 3, 3), ones(3, 4, 3)], (head, x) => head.call(x[0], x[1], null)),
        Given("no places", "places", () => [ones(2, 3, 3), ones(2, 0, 3)], (head, x) => head.call(x[0], x[1], null)),
        Given("places of another dtype", "places", () => [ones(2, 3, 3), ones([2, 4, 3], ScalarType.Float64)], (head, x) => head.call(x[0], x[1], null)),
        Given("a float mask", "allowed", () => [ones(2, 3, 3), ones(2, 4, 3), ones(2, 3, 4)], (head, x) => head.call(x[0], x[1], x[2])),
        Given("a mask of other places", "allowed", () => [ones(2, 3, 3), ones(2, 4, 3), ones([2, 4], ScalarType.Bool)], (head, x) => head.call(x[0], x[1], x[2])),
    ];
}

/// <summary>Steps of a pointer, in order.</summary>
public sealed record PointedCase : Case
{
    /// <summary>Rows B.</summary>
    public required int B { get; init; }

    /// <summary>Steps T.</summary>
    public required int T { get; init; }

    /// <summary>Places S.</summary>
    public required int S { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [new("targets", Numbers().Indices(S + 1, B, T) - 1) { BatchDim = 0 }];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
    }
}

/// <summary>Places that were not pointed at before, against a loop.</summary>
public sealed class UnusedSpec : Spec<UnusedOp, PointedCase>
{
    /// <inheritdoc/>
    public override UnusedOp Op => Pointing.Unused;

    /// <inheritdoc/>
    public override UnusedOp Oracle => (targets, places) =>
    {
        var (rows, steps) = ((int)targets.size(0), (int)targets.size(1));
        var mask = ones([rows, steps, places], ScalarType.Bool);
        for (var b = 0; b < rows; b++)
            for (var t = 0; t < steps; t++)
                for (var before = 0; before < t; before++)
                    if (targets[b, before].ToInt64() is >= 0 and var place)
                        mask[b, t, place] = false;
        return mask;
    };

    /// <inheritdoc/>
    public override Gen<PointedCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 5)
        from s in Gen.Choose(1, 5)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PointedCase { B = b, T = t, S = s, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override int MostCases => 30;

    /// <inheritdoc/>
    public override Tensor[] Call(UnusedOp op, PointedCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], @case.S)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<UnusedOp>> BadInputs =>
    [
        new("null for targets", "targets", () => [], (op, _) => op(null!, 3)),
        new("targets of one row", "targets", () => [zeros([3], ScalarType.Int64)], (op, x) => op(x[0], 3)),
        new("real targets", "targets", () => [zeros(2, 3)], (op, x) => op(x[0], 3)),
        new("a place that there is not", "targets", () => [full([2, 3], 3, ScalarType.Int64)], (op, x) => op(x[0], 3)),
        new("no places", "places", () => [zeros([2, 3], ScalarType.Int64)], (op, x) => op(x[0], 0)),
    ];
}
