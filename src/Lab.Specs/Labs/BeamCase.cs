using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Labs;

/// <summary>Log-probabilities of each token after each, and how wide and how far to search. Token 0 is EOS, the last one BOS.</summary>
public sealed record BeamCase : LabCase
{
    /// <summary>Tokens V.</summary>
    public int V { get; init; } = 2;

    /// <summary>Hypotheses that are kept.</summary>
    public int Width { get; init; } = 1;

    /// <summary>The most tokens, EOS counted.</summary>
    public int MaxLength { get; init; } = 1;

    /// <summary>Whether log-probabilities are divided by the length.</summary>
    public bool Mean { get; init; }

    /// <summary>The power of the length that they are divided by.</summary>
    internal double Alpha => Mean ? 1 : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [new("logProbs", Numbers().Reals(V, V).log_softmax(1))];

    /// <inheritdoc/>
    protected override int Least(string size) => size == nameof(V) ? 2 : 1;

    /// <summary>Whole numbers would make hypotheses that score the same.</summary>
    public override IEnumerable<Case> Shrink() => base.Shrink().Where(c => c.Decimals is not (-1 or 0));

    /// <summary>Up to four tokens and four steps, narrow beams and such as hold everything.</summary>
    internal static Gen<BeamCase> Any =>
        from v in Gen.Choose(2, 4)
        from width in Gen.Choose(1, 6)
        from length in Gen.Choose(1, 4)
        from mean in Gen.Elements(false, true)
        from scale in Gen.Elements(0.5, 1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BeamCase { V = v, Width = width, MaxLength = length, Mean = mean, Scale = scale, Seed = seed };
}

/// <summary>Hypotheses with what they score, and log-probabilities of what may follow.</summary>
public sealed record ContinuationsCase : LabCase
{
    /// <summary>Examples B.</summary>
    public int B { get; init; } = 1;

    /// <summary>Hypotheses K.</summary>
    public int K { get; init; } = 1;

    /// <summary>Tokens V.</summary>
    public int V { get; init; } = 1;

    /// <summary>Continuations to keep.</summary>
    public int Width { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("scores", Numbers().Reals(B, K)) { BatchDim = 0, ExtremesOfValue = [double.NegativeInfinity] },
        new("logProbs", Numbers(1).Reals(B, K, V).log_softmax(2)) { BatchDim = 0 },
    ];

    /// <summary>Few hypotheses and tokens; at times more are asked for than there are.</summary>
    internal static Gen<ContinuationsCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 4)
        from v in Gen.Choose(1, 5)
        from width in Gen.Choose(1, 9)
        from scale in Gen.Elements(1.0, 3.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ContinuationsCase { B = b, K = k, V = v, Width = width, Scale = scale, Seed = seed };
}

/// <summary>Whole hypotheses, BOS first, some of them ended and padded.</summary>
public sealed record HypothesesCase : LabCase
{
    /// <summary>Hypotheses N.</summary>
    public int N { get; init; } = 1;

    /// <summary>Tokens of the longest, BOS counted.</summary>
    public int T { get; init; } = 2;

    /// <summary>The power of the length, in halves.</summary>
    public int Halves { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logProbs", -Numbers().Between(0.1, 9, N)) { Differentiable = true, BatchDim = 0, Extremes = [-1e4] },
        new("tokens", cat([full([N, 1], 9, ScalarType.Int64), Numbers(1).Indices(4, N, T - 1)], 1)) { BatchDim = 0 },
    ];

    /// <inheritdoc/>
    protected override int Least(string size) => size == nameof(T) ? 2 : size == nameof(Halves) ? 0 : 1;

    /// <summary>Short hypotheses over the tokens 0 (EOS) to 3, behind BOS, which is 9.</summary>
    internal static Gen<HypothesesCase> Any =>
        from n in Gen.Choose(1, 4)
        from t in Gen.Choose(2, 7)
        from halves in Gen.Choose(0, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select new HypothesesCase { N = n, T = t, Halves = halves, Seed = seed };
}
