using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Logits of a few rows, and how many tokens to draw of each.</summary>
public sealed record DrawCase : Case
{
    /// <summary>Rows N.</summary>
    public required int N { get; init; }

    /// <summary>Tokens V.</summary>
    public required int V { get; init; }

    /// <summary>Draws a row.</summary>
    public required int Count { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
        [new("logits", Numbers().Reals(N, V)) { BatchDim = 0, ExtremesOfValue = [1e4, -1e4] }];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 1)
            yield return this with { N = 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        if (Count > 1)
            yield return this with { Count = 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Sizes, ties, usual logits and logits far past where exp overflows.</summary>
    public static Gen<DrawCase> Any =>
        from n in Gen.Choose(1, 4)
        from v in Gen.Choose(1, 7)
        from count in Gen.Choose(0, 9)
        from scale in Gen.Elements(0.0, 1.0, 3.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DrawCase { N = n, V = v, Count = count, Scale = scale, Seed = seed };
}
