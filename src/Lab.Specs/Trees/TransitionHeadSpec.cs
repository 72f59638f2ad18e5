using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Trees;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Trees;

/// <summary>A few words, a few states of a parser, and a head that scores what comes next.</summary>
public sealed record TransitionHeadCase : ModuleCase
{
    /// <summary>Rows B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Words T.</summary>
    public int T { get; init; } = 3;

    /// <summary>States S.</summary>
    public int S { get; init; } = 6;

    /// <summary>Places F that describe a state.</summary>
    public int F { get; init; } = 2;

    /// <summary>Width of the features.</summary>
    public int D { get; init; } = 4;

    /// <summary>Transitions M.</summary>
    public int M { get; init; } = 3;

    /// <summary>Whether some transitions are not legal.</summary>
    public bool Masked { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        new("root", D), new("nothing", D), new("hidden.weight", D + 1, F * D), new("hidden.bias", D + 1), new("transition.weight", M, D + 1), new("transition.bias", M),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs()
    {
        Argument[] given =
        [
            new("features", Numbers().Reals(B, T, D)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("places", Numbers(1).Indices(T + 2, B, S, F) - 1) { BatchDim = 0 },
        ];
        return Masked ? [.. given, new("legal", Numbers(2).Mask(0.7, B, S, M)) { BatchDim = 0 }] : given;
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
        if (F > 1)
            yield return this with { F = 1 };
        if (D > 1)
            yield return this with { D = 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (Masked)
            yield return this with { Masked = false };
    }
}

/// <summary>The head of a shift-reduce parser against its formula, state by state.</summary>
public sealed class TransitionHeadSpec : ModuleSpec<TransitionHead, TransitionHeadCase>
{
    /// <inheritdoc/>
    protected internal override TransitionHeadCase Usual => new() { Seed = 3 };

    /// <inheritdoc/>
    public override Gen<TransitionHeadCase> Cases =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 3)
        from s in Gen.Choose(1, 3)
        from f in Gen.Choose(1, 3)
        from d in Gen.Choose(1, 3)
        from m in Gen.Choose(1, 3)
        from masked in Gen.Elements(false, true)
        from scale in Gen.Elements(1.0, 10.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new TransitionHeadCase { B = b, T = t, S = s, F = f, D = d, M = m, Masked = masked, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override int MostCases => 20;

    /// <inheritdoc/>
    public override bool SmoothAt(TransitionHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return !@case.Masked;                                             // -∞ has no slope
    }

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // large numbers in front of tanh

    /// <inheritdoc/>
    protected internal override TransitionHead Make(TransitionHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.D, @case.F, @case.D + 1, @case.M);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(TransitionHead module, TransitionHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0], inputs[1], inputs.Count > 2 ? inputs[2] : null)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(TransitionHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var logits =
            from b in Enumerable.Range(0, (int)inputs[0].size(0))
            from s in Enumerable.Range(0, @case.S)
            let looked = cat([.. Enumerable.Range(0, @case.F).Select(f => inputs[1][b, s, f].ToInt64() switch
            {
                -1 => p["nothing"],
                0 => p["root"],
                var word => inputs[0][b, word - 1],
            })])
            let hidden = ((p["hidden.weight"] * looked).sum(1) + p["hidden.bias"]).tanh()
            from m in Enumerable.Range(0, @case.M)
            let score = (p["transition.weight"][m] * hidden).sum() + p["transition.bias"][m]
            select inputs.Count > 2 && !inputs[2][b, s, m].ToBoolean() ? score.masked_fill(ones([], ScalarType.Bool), double.NegativeInfinity) : score;
        return [logits.Any() ? stack([.. logits]).reshape(-1, @case.S, @case.M) : zeros(0, @case.S, @case.M, dtype: inputs[0].dtype)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<TransitionHeadCase>>> BadInputs =>
    [
        Made("no width", "width", () => new TransitionHead(0, 2, 2).Dispose()),
        Made("no places", "places", () => new TransitionHead(2, 0, 2).Dispose()),
        Made("no hidden units", "hidden", () => new TransitionHead(2, 2, 0).Dispose()),
        Made("no transitions", "transitions", () => new TransitionHead(2, 2, 2, 0).Dispose()),
        Given("null for features", "features", () => [Places(2, 6, 2)], (head, x) => head.call(null!, x[0], null)),
        Given("features of another width", "features", () => [ones(2, 3, 5), Places(2, 6, 2)], (head, x) => head.call(x[0], x[1], null)),
        Given("no words", "features", () => [ones(2, 0, 4), Places(2, 6, 2)], (head, x) => head.call(x[0], x[1], null)),
        Given("null for places", "places", () => [ones(2, 3, 4)], (head, x) => head.call(x[0], null!, null)),
        Given("int32 places", "places", () => [ones(2, 3, 4), Places(2, 6, 2).to(ScalarType.Int32)], (head, x) => head.call(x[0], x[1], null)),
        Given("places of other sentences", "places", () => [ones(2, 3, 4), Places(3, 6, 2)], (head, x) => head.call(x[0], x[1], null)),
        Given("too few places", "places", () => [ones(2, 3, 4), Places(2, 6, 1)], (head, x) => head.call(x[0], x[1], null)),
        Given("places of one state", "places", () => [ones(2, 3, 4), Places(2, 2)], (head, x) => head.call(x[0], x[1], null)),
        Given("places on another device", "places", () => [ones(2, 3, 4), zeros([2, 6, 2], ScalarType.Int64, META)], (head, x) => head.call(x[0], x[1], null)),
        Given("a word that there is not", "places", () => [ones(2, 3, 4), Places(2, 6, 2) + 4], (head, x) => head.call(x[0], x[1], null)),
        Given("a place before nothing", "places", () => [ones(2, 3, 4), Places(2, 6, 2) - 2], (head, x) => head.call(x[0], x[1], null)),
        Given("a float mask", "legal", () => [ones(2, 3, 4), Places(2, 6, 2), ones(2, 6, 3)], (head, x) => head.call(x[0], x[1], x[2])),
        Given("a mask of other states", "legal", () => [ones(2, 3, 4), Places(2, 6, 2), ones([2, 5, 3], ScalarType.Bool)], (head, x) => head.call(x[0], x[1], x[2])),
    ];

    private static Tensor Places(params long[] shape) => zeros(shape, ScalarType.Int64);
}
