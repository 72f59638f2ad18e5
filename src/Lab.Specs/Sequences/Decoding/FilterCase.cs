using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Logits of a few rows, the tokens before them, and the one number that a filter takes.</summary>
public sealed record FilterCase : Case
{
    /// <summary>Rows N.</summary>
    public required int N { get; init; }

    /// <summary>Tokens V.</summary>
    public required int V { get; init; }

    /// <summary>How many tokens a row has so far; null where the filter does not look.</summary>
    public int? T { get; init; }

    /// <summary>k, n, p, a share or a penalty.</summary>
    public double Number { get; init; }

    /// <summary>Entries of extreme size that the filter must bear.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var logits = new Argument("logits", Numbers().Reals(N, V)) { BatchDim = 0, ExtremesOfValue = Extremes };
        return T is { } length ? [logits, new("prefix", Numbers(1).Indices(V, N, length)) { BatchDim = 0 }] : [logits];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 1)
            yield return this with { N = 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        if (T > 0)
            yield return this with { T = T - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>The same with a vocabulary at which the kernel runs by itself.</summary>
    public FilterCase Enlarged() => this with { V = 4096 + 811 * V, Number = Number > 1 ? 37 * Number : Number };

    /// <summary>Sizes, ties, usual logits, and logits far past where exp overflows.</summary>
    /// <param name="numbers">What the filter's number may be.</param>
    /// <param name="looksBack">Whether the filter takes the tokens so far.</param>
    public static Gen<FilterCase> Any(Gen<double> numbers, bool looksBack = false) =>
        from n in Gen.Choose(1, 4)
        from v in Gen.Choose(1, 9)
        from t in Gen.Choose(0, 7)
        from number in numbers
        from scale in Gen.Elements(0.0, 0.3, 1.0, 3.0, 1e3)
        from decimals in Gen.Elements<int?>(null, null, 0)        // whole logits: many ties
        from seed in Gen.Choose(0, int.MaxValue)
        select new FilterCase
        {
            N = n,
            V = v,
            T = looksBack ? t : null,
            Number = number,
            Scale = scale,
            Decimals = decimals,
            Seed = seed,
            Extremes = [1e4, -1e4, double.NegativeInfinity],
        };
}
