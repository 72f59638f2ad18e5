using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Regions;

/// <summary>Boxes, or deltas, beside references.</summary>
public sealed record BoxDeltasCase : Case
{
    /// <summary>How many.</summary>
    public int N { get; init; } = 2;

    /// <summary>Scale of places; sizes have half of it, one where it is 1.</summary>
    public int Place { get; init; } = 1;

    /// <summary>Deltas in place of boxes come first.</summary>
    public bool Deltas { get; init; }

    /// <summary>Whether the references have a dimension fewer: one for all rows of deltas.</summary>
    public bool Shared { get; init; }

    internal double Size => Place == 1 ? 1 : Place / 2.0;

    /// <summary>Boxes as middles and sides: middles may be anywhere, sides are positive.</summary>
    public override IReadOnlyList<Argument> Draw() => Deltas
        ?
        [
            new("deltas", Shared ? Numbers().Reals(N, 3, 4) : Numbers().Reals(N, 4)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("references", Shared ? Boxes().unsqueeze(1) : Boxes()) { Differentiable = true, BatchDim = 0 },
        ]
        :
        [
            new("middles", Numbers().Reals(N, 2)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("sides", Numbers(4).Between(0.5, 12, N, 2)) { Differentiable = true, BatchDim = 0 },
            new("middles of references", Numbers(1).Reals(N, 2)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("sides of references", Numbers(5).Between(0.5, 12, N, 2)) { Differentiable = true, BatchDim = 0 },
        ];

    internal static Tensor Box(Tensor middles, Tensor sides) => cat([middles - sides / 2, middles + sides / 2], 1);

    private Tensor Boxes() => Box(Numbers(2).Between(-10, 10, N, 2), Numbers(6).Between(0.5, 12, N, 2));

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (N > 1)
            yield return this with { N = N - 1 };
        if (Place > 1)
            yield return this with { Place = 1 };
        if (Shared)
            yield return this with { Shared = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<BoxDeltasCase> Any(bool deltas) =>
        from n in Gen.Choose(1, 5)
        from place in Gen.Elements(1, 10)
        from shared in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BoxDeltasCase { N = n, Place = place, Deltas = deltas, Shared = deltas && shared, Seed = seed };
}
