using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>Scores of tokens at a few positions.</summary>
public sealed record PositionsCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Positions N.</summary>
    public required int N { get; init; }

    /// <summary>Vocabulary V.</summary>
    public required int V { get; init; }

    /// <summary>Examples have lengths of their own.</summary>
    public bool Lengths { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var logits = new Argument("logits", Numbers().Reals(B, N, V)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] };
        return Lengths ? [logits, new("lengths", Numbers(1).Indices(N + 1, B)) { BatchDim = 0 }] : [logits];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (Lengths)
            yield return this with { Lengths = false };
        if (N > 0)
            yield return this with { N = N - 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to six positions of up to five tokens.</summary>
    public static Gen<PositionsCase> Any =>
        from b in Gen.Choose(1, 3)
        from n in Gen.Choose(0, 6)
        from v in Gen.Choose(1, 5)
        from lengths in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PositionsCase { B = b, N = n, V = v, Lengths = lengths, Scale = scale, Seed = seed };
}
