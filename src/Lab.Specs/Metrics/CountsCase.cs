using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Metrics;

/// <summary>Confusion matrices, <c>[..., K, K]</c>.</summary>
public sealed record CountsCase : Case
{
    /// <summary>The dimensions before the matrix.</summary>
    public required TensorShape Maps { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>The share of classes that are there: in truth, and as predictions.</summary>
    public double Share { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Maps.Sizes.Length > 0 ? [0] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var counts = Numbers().Indices(9, [.. Maps.Sizes, K, K]) * Numbers(1).Mask(Share, [.. Maps.Sizes, K, 1]) * Numbers(2).Mask(Share, [.. Maps.Sizes, 1, K]);
        return [new("confusion", counts) { BatchDim = Maps.Sizes.Length > 0 ? 0 : null }];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Maps.Sizes.Length > 0)
            yield return this with { Maps = Maps.Without(0) };
        if (K > 1)
            yield return this with { K = K - 1 };
    }

    /// <summary>Few classes, some or all of them absent.</summary>
    public static Gen<CountsCase> Any =>
        from maps in Gen.Elements(Array.Empty<long>(), [1], [3], [2, 2])
        from k in Gen.Choose(1, 5)
        from share in Gen.Elements(0.0, 0.5, 0.8, 1.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CountsCase { Maps = new(maps), K = k, Share = share, Seed = seed };
}
