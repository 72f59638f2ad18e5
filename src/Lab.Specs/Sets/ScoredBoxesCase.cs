using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>Boxes in heaps, as detectors find them, with scores and perhaps classes.</summary>
public sealed record ScoredBoxesCase : Case
{
    /// <summary>Boxes N.</summary>
    public required int N { get; init; }

    /// <summary>The overlap from which on something happens.</summary>
    public double Threshold { get; init; }

    /// <summary>Classes; 0 for no classes at all.</summary>
    public int Classes { get; init; }

    /// <summary>Whether scores are of one decimal, so that some are equal.</summary>
    public bool Ties { get; init; }

    /// <summary>How scores fall.</summary>
    public ScoreDecay Decay { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var heap = Numbers().Indices(2, N, 1) * 1.5;                             // two heaps, near enough to touch
        var (centre, sides) = (heap + 0.3 * Numbers(1).Reals(N, 2), Numbers(2).Between(0.8, 1.6, N, 2));
        var scores = Numbers(3).Between(0, 1, N);
        return
        [
            new("boxes", cat([centre - sides / 2, centre + sides / 2], 1)) { ExtremesOfValue = [1e4, -1e4] },
            new("scores", Ties ? (scores * 4).round() / 4 : scores) { ExtremesOfValue = [1e4] },
            .. Classes > 0 ? new Argument[] { new("classes", Numbers(4).Indices(Classes, N)) } : [],
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 1)
            yield return this with { N = N - 1 };
        if (Classes > 0)
            yield return this with { Classes = 0 };
        if (Ties)
            yield return this with { Ties = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to seven boxes, none among them.</summary>
    public static Gen<ScoredBoxesCase> Any =>
        from n in Gen.Choose(0, 7)
        from threshold in Gen.Elements(0.0, 0.3, 0.5, 0.7, 1.0)
        from classes in Gen.Choose(0, 3)
        from ties in Gen.Elements(false, true)
        from decay in Gen.Elements(ScoreDecay.Linear, ScoreDecay.Gaussian)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ScoredBoxesCase { N = n, Threshold = threshold, Classes = classes, Ties = ties, Decay = decay, Seed = seed };
}
