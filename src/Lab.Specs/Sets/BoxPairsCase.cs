using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>Two lists of boxes per picture, of a length each or of one length.</summary>
public sealed record BoxPairsCase : Case
{
    /// <summary>Pictures B.</summary>
    public required int B { get; init; }

    /// <summary>Boxes N.</summary>
    public required int N { get; init; }

    /// <summary>Other boxes M; 0 where there is one for each box.</summary>
    public int M { get; init; }

    /// <summary>Which similarity.</summary>
    public BoxSimilarity Similarity { get; init; }

    /// <summary>Some boxes are lines and points, and some turned inside out.</summary>
    public bool Degenerate { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("boxes", Boxes(0, N)) { Differentiable = true, BatchDim = 0, ExtremesOfValue = [1e4, -1e4] },
        new("others", Boxes(4, M == 0 ? N : M)) { Differentiable = true, BatchDim = 0, ExtremesOfValue = [1e4, -1e4] },
    ];

    private Tensor Boxes(int stream, int count)
    {
        var centre = Numbers(stream).Reals(B, count, 2);
        var sides = Numbers(stream + 1).Between(0.3, 2.5, B, count, 2);
        if (Degenerate)
            sides *= Numbers(stream + 2).Indices(3, B, count, 2) - 0.5 * Numbers(stream + 3).Indices(3, B, count, 2);
        return cat([centre - sides / 2, centre + sides / 2], -1);
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (Degenerate)
            yield return this with { Degenerate = false };
        // Not by decimals: at equal corners there are kinks.
    }

    /// <summary>Up to three pictures of four boxes.</summary>
    public static Gen<BoxPairsCase> Any(bool pairwise) =>
        from b in Gen.Choose(1, 3)
        from n in Gen.Choose(1, 4)
        from m in pairwise ? Gen.Choose(1, 4) : Gen.Constant(0)
        from similarity in Gen.Elements(Enum.GetValues<BoxSimilarity>())
        from degenerate in Gen.Elements(false, false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BoxPairsCase { B = b, N = n, M = m, Similarity = similarity, Degenerate = degenerate, Seed = seed };
}
