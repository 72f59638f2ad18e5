using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences;

/// <summary>Sources of different lengths, and the sizes of an encoder.</summary>
public sealed record EncoderCase : ModuleCase
{
    /// <summary>Sources.</summary>
    public int B { get; init; } = 2;

    /// <summary>Length of the longest source.</summary>
    public int S { get; init; } = 4;

    /// <summary>Vocabulary.</summary>
    public int V { get; init; } = 5;

    /// <summary>Width of the embedding, or of a Transformer.</summary>
    public int E { get; init; } = 3;

    /// <summary>Width of one direction, or of a Transformer's feed-forward layer.</summary>
    public int H { get; init; } = 2;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Heads of a Transformer.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>The token that fills up.</summary>
    public int Padding { get; init; }

    /// <summary>The names and shapes of the encoder's parameters, in terms of its sizes.</summary>
    internal Func<EncoderCase, IReadOnlyList<StateEntry>> State { get; init; } = _ => [];

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => State(this);

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    protected override string ExtremeParameter => "embedding.weight";

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() => [new("tokens", Tokens(Numbers(), B, S, V, Padding)) { BatchDim = 0 }];

    /// <summary>Rows of one to <paramref name="length"/> tokens, filled up; one row is as long as can be.</summary>
    internal static Tensor Tokens(Draw numbers, int rows, int length, int vocabulary, int padding)
    {
        var tokens = numbers.Indices(vocabulary - 1, rows, length);
        tokens = tokens + (tokens >= padding).to(ScalarType.Int64);             // any but the padding
        var lengths = numbers.Indices(length, rows) + 1;
        lengths[0] = length;
        return tokens.masked_fill(arange(length) >= lengths.unsqueeze(1), padding);
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (Layers > 1)
            yield return this with { Layers = Layers - 1 };
        if (V > 2)
            yield return this with { V = V - 1, Padding = 0 };
        if (Heads > 1)
            yield return this with { Heads = 1, E = E / Heads };
        if (E > Heads)
            yield return this with { E = E - Heads };
        if (H > 1)
            yield return this with { H = H - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to four sources of up to five tokens, up to three layers, widths even and odd.</summary>
    internal static Gen<EncoderCase> Any(EncoderCase like) =>
        from b in Gen.Choose(1, 4)
        from s in Gen.Choose(1, 5)
        from v in Gen.Choose(2, 6)
        from padding in Gen.Choose(0, v - 1)
        from heads in Gen.Choose(1, 2)
        from e in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 3)
        from layers in Gen.Choose(1, 3)
        from seed in Gen.Choose(0, int.MaxValue)
        select like with
        {
            B = b,
            S = s,
            V = v,
            Padding = padding,
            Heads = heads,
            E = heads * e,
            H = h,
            Layers = layers,
            Seed = seed,
        };
}
