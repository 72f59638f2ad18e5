using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Which keys are hidden from which queries.</summary>
public enum Hiding
{
    /// <summary>No mask at all.</summary>
    Nothing,

    /// <summary>Some keys of each example are padding.</summary>
    Padding,

    /// <summary>Each query of each example has a mask of its own.</summary>
    Each,

    /// <summary>Some keys are hidden from every query of every example: a mask of rank 1.</summary>
    Keys,

    /// <summary>Query t sees keys up to t, in every example.</summary>
    Future,
}

/// <summary>Queries, keys, values and a mask.</summary>
public sealed record AttentionCase : Case
{
    /// <summary>What comes before queries and keys: examples, or examples and heads.</summary>
    public TensorShape Leading { get; init; } = new([1]);

    /// <summary>Queries T.</summary>
    public int T { get; init; } = 1;

    /// <summary>Keys S.</summary>
    public int S { get; init; } = 1;

    /// <summary>Width of queries and keys.</summary>
    public int D { get; init; } = 1;

    /// <summary>Width of values.</summary>
    public int E { get; init; } = 1;

    /// <summary>The kind of mask.</summary>
    public Hiding Hidden { get; init; }

    /// <summary>Whether there are weights for scoring, as additive attention has.</summary>
    public bool Scored { get; init; }

    private int? BatchDim => Leading.Sizes.Length == 0 ? null : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => BatchDim is null ? [] : [0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("queries", Numbers().Reals([.. Leading.Sizes, T, D])) { Differentiable = true, BatchDim = BatchDim, Extremes = [1e4, -1e4] },
        new("keys", Numbers(1).Reals([.. Leading.Sizes, S, D])) { Differentiable = true, BatchDim = BatchDim },
        new("values", Numbers(2).Reals([.. Leading.Sizes, S, E])) { Differentiable = true, BatchDim = BatchDim, Extremes = [1e4, -1e4] },
        .. Scored ? [new Argument("scoring", Numbers(3).Between(-1, 1, D)) { Differentiable = true }] : Array.Empty<Argument>(),
        .. Hidden == Hiding.Nothing ? [] : new[] { Mask() },
    ];

    private Argument Mask() => Hidden switch
    {
        Hiding.Padding => new("mask", Numbers(4).Mask(0.6, [.. Leading.Sizes, 1, S])) { BatchDim = BatchDim },
        Hiding.Each => new("mask", Numbers(4).Mask(0.6, [.. Leading.Sizes, T, S])) { BatchDim = BatchDim },
        Hiding.Keys => new("mask", Numbers(4).Mask(0.6, S)),
        _ => new("mask", ones(T, S, dtype: ScalarType.Bool).tril()),
    };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        for (var d = 0; d < Leading.Sizes.Length; d++)
            yield return this with { Leading = Leading.Without(d) };
        foreach (var smaller in Leading.Shrink())
            yield return this with { Leading = smaller };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (D > 1)
            yield return this with { D = D - 1 };
        if (E > 1)
            yield return this with { E = E - 1 };
        if (Hidden != Hiding.Nothing)
            yield return this with { Hidden = Hiding.Nothing };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to two leading dimensions, four queries, five keys, all kinds of masks.</summary>
    public static Gen<AttentionCase> Any =>
        from rank in Gen.Choose(0, 2)
        from leading in Gen.Choose(1, 3).ArrayOf(rank)
        from t in Gen.Choose(1, 4)
        from s in Gen.Choose(1, 5)
        from d in Gen.Choose(1, 4)
        from e in Gen.Choose(1, 4)
        from hidden in Gen.Elements(Enum.GetValues<Hiding>())
        from scale in Gen.Elements(0.0, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new AttentionCase
        {
            Leading = new([.. leading.Select(size => (long)size)]),
            T = t,
            S = s,
            D = d,
            E = e,
            Hidden = hidden,
            Scale = scale,
            Seed = seed,
        };
}
