using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;

namespace Lab.Specs.Sequences;

/// <summary>Encoded sources, targets, and the sizes and choices of a decoder.</summary>
public sealed record DecoderCase : ModuleCase
{
    /// <summary>Rows.</summary>
    public int B { get; init; } = 3;

    /// <summary>Target length.</summary>
    public int T { get; init; } = 3;

    /// <summary>Source length.</summary>
    public int S { get; init; } = 4;

    /// <summary>Target vocabulary.</summary>
    public int V { get; init; } = 5;

    /// <summary>Width of the memory.</summary>
    public int M { get; init; } = 3;

    /// <summary>Width of an embedding; of a Transformer.</summary>
    public int E { get; init; } = 4;

    /// <summary>Width of the hidden state; of a Transformer's feed-forward layer.</summary>
    public int H { get; init; } = 2;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Heads, where there are some; they divide the width.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>The kind of attention, where there is a choice.</summary>
    public AttentionKind Attention { get; init; }

    /// <summary>Whether what attention found is fed back.</summary>
    public bool InputFeeding { get; init; }

    /// <summary>How the hidden state starts.</summary>
    public StartState Start { get; init; }

    /// <summary>Whether embeddings are output weights.</summary>
    public bool Tied { get; init; }

    /// <summary>The names and shapes of the decoder's parameters, in terms of its sizes.</summary>
    internal Func<DecoderCase, IReadOnlyList<StateEntry>> State { get; init; } = _ => [];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => State(this);

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("memory", Numbers().Reals(B, S, M)) { Differentiable = true, BatchDim = 0, Extremes = [100, -100] },
        new("mask", Numbers(1).Mask(0.6, B, S)) { BatchDim = 0 },
        new("tokens", Numbers(2).Indices(V, B, T)) { BatchDim = 0 },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (Layers > 1)
            yield return this with { Layers = Layers - 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (Attention != AttentionKind.Dot)
            yield return this with { Attention = AttentionKind.Dot };
        if (InputFeeding)
            yield return this with { InputFeeding = false };
        if (Tied)
            yield return this with { Tied = false };
        if (Start != StartState.Zero)
            yield return this with { Start = StartState.Zero };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to three rows, four target and five source places, three layers, and all choices.</summary>
    internal static Gen<DecoderCase> Any(DecoderCase like) =>
        from b in Gen.Choose(1, 3)
        from t in Gen.Choose(1, 4)
        from s in Gen.Choose(1, 5)
        from v in Gen.Choose(1, 6)
        from m in Gen.Choose(1, 3)
        from heads in Gen.Choose(1, 2)
        from e in Gen.Choose(1, 2)
        from h in Gen.Choose(1, 2)
        from layers in Gen.Choose(1, 3)
        from attention in Gen.Elements(Enum.GetValues<AttentionKind>())
        from feeding in Gen.Elements(false, true)
        from start in Gen.Elements(Enum.GetValues<StartState>())
        from tied in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select like with
        {
            B = b,
            T = t,
            S = s,
            V = v,
            M = m,
            Heads = heads,
            E = heads * e,
            H = heads * h,
            Layers = layers,
            Attention = attention,
            InputFeeding = feeding,
            Start = start,
            Tied = tied,
            Scale = scale,
            Seed = seed,
        };
}
