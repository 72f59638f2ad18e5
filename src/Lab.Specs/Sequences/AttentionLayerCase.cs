using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Sizes of an attention layer, and what it is called with.</summary>
public sealed record AttentionLayerCase : ModuleCase
{
    /// <summary>Examples.</summary>
    public int B { get; init; } = 2;

    /// <summary>Queries.</summary>
    public int T { get; init; } = 3;

    /// <summary>Keys.</summary>
    public int S { get; init; } = 4;

    /// <summary>Width of a query.</summary>
    public int Q { get; init; } = 4;

    /// <summary>Width of a key.</summary>
    public int K { get; init; } = 3;

    /// <summary>Width of a value.</summary>
    public int V { get; init; } = 2;

    /// <summary>Units of the hidden layer, where there is one.</summary>
    public int A { get; init; } = 5;

    /// <summary>Attentions side by side, where there are several.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>The kind of mask.</summary>
    public Hiding Hidden { get; init; }

    /// <summary>The names and shapes of the layer's parameters, in terms of its sizes.</summary>
    internal Func<AttentionLayerCase, IReadOnlyList<StateEntry>> State { get; init; } = _ => [];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => State(this);

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("queries", Numbers().Reals(B, T, Q)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
        new("keys", Numbers(1).Reals(B, S, K)) { Differentiable = true, BatchDim = 0 },
        new("values", Numbers(2).Reals(B, S, V)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] },
        .. Hidden == Hiding.Nothing ? [] : new[] { Mask() },
    ];

    private Argument Mask() => Hidden switch
    {
        Hiding.Padding => new("mask", Numbers(4).Mask(0.6, B, S)) { BatchDim = 0 },
        Hiding.Each => new("mask", Numbers(4).Mask(0.6, B, T, S)) { BatchDim = 0 },
        _ => new("mask", ones(1, T, S, dtype: ScalarType.Bool).tril()),
    };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (Heads > 1)
            yield return this with { Heads = 1 };
        if (Q > Heads)
            yield return this with { Q = Q - Heads };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        if (A > 1)
            yield return this with { A = 1 };
        if (Hidden != Hiding.Nothing)
            yield return this with { Hidden = Hiding.Nothing };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to three examples, four queries, five keys, all kinds of masks.</summary>
    internal static Gen<AttentionLayerCase> Any(AttentionLayerCase like) =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from s in Gen.Choose(1, 5)
        from heads in Gen.Choose(1, 3)
        from perHead in Gen.Choose(1, 3)
        from widths in Gen.Choose(1, 4).ArrayOf(3)
        from hidden in Gen.Elements(Hiding.Nothing, Hiding.Padding, Hiding.Each, Hiding.Future)
        from scale in Gen.Elements(0.0, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select like with
        {
            B = b,
            T = t,
            S = s,
            Heads = heads,
            Q = heads * perHead,
            K = widths[0],
            V = widths[1],
            A = widths[2],
            Hidden = hidden,
            Scale = scale,
            Seed = seed,
        };
}
