using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sets;

/// <summary>Tables of costs.</summary>
public sealed record CostsCase : Case
{
    /// <summary>Tables B.</summary>
    public required int B { get; init; }

    /// <summary>Rows N.</summary>
    public required int N { get; init; }

    /// <summary>Columns M.</summary>
    public required int M { get; init; }

    /// <summary>Costs in whole numbers, many of them equal.</summary>
    public bool Whole { get; init; }

    /// <summary>Some pairs are forbidden, never all that a full assignment needs.</summary>
    public bool Forbidden { get; init; }

    /// <summary>Tables have numbers of columns of their own.</summary>
    public bool Counted { get; init; }

    /// <summary>Entries that are sown for the law of extreme magnitudes; 0 for 1e4.</summary>
    public double Extreme { get; init; }

    /// <summary>Whether the op has a gradient.</summary>
    public bool Differentiable { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var costs = Numbers().Reals(B, N, M);
        if (Whole)
            costs = (2 * costs).round();
        if (Forbidden)
        {
            var planted = eye(N, M, ScalarType.Bool);
            costs = costs.masked_fill(Numbers(1).Mask(0.4, B, N, M).logical_and(planted.logical_not()), double.PositiveInfinity);
        }
        IReadOnlyList<double> extremes = Extreme == 0 ? [1e4, -1e4] : [Extreme, -Extreme];
        return
        [
            new("costs", costs)
            {
                BatchDim = 0,
                Differentiable = Differentiable,
                ExtremesOfValue = Differentiable ? [] : extremes,
                Extremes = Differentiable ? extremes : [],
            },
            .. Counted ? new Argument[] { new("counts", Numbers(2).Indices(M + 1, B)) { BatchDim = 0 } } : [],
        ];
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
        if (Forbidden)
            yield return this with { Forbidden = false };
        if (Counted)
            yield return this with { Counted = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to three tables of five by five.</summary>
    public static Gen<CostsCase> Any =>
        from b in Gen.Choose(1, 3)
        from n in Gen.Choose(0, 5)
        from m in Gen.Choose(0, 5)
        from whole in Gen.Elements(false, true)
        from forbidden in Gen.Elements(false, false, true)
        from counted in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new CostsCase { B = b, N = n, M = m, Whole = whole, Forbidden = forbidden, Counted = counted, Seed = seed };
}
