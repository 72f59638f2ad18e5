using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;

namespace Lab.Specs.Activations;

/// <summary>Cosines with K classes for B examples with extra dimensions, and targets; or the vectors they come from.</summary>
public sealed record MarginCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Extra dimensions of cosines.</summary>
    public TensorShape Extra { get; init; } = new([]);

    /// <summary>Entries D of vectors; 0 where cosines are given.</summary>
    public int D { get; init; }

    /// <summary>Margin m, in radians.</summary>
    public required double Margin { get; init; }

    /// <summary>Scale s.</summary>
    public required double Factor { get; init; }

    /// <summary>The share of targets to ignore.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    public long IgnoreIndex { get; init; } = Loss.DefaultIgnoreIndex;

    private long[] TargetShape => [B, .. Extra.Sizes];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var targets = new Argument("targets", Numbers(1).Indices(K, TargetShape).masked_fill(Numbers(2).Mask(Ignored, TargetShape), IgnoreIndex))
        {
            BatchDim = 0,
        };
        return D == 0
            ? [new("cosines", Numbers().Between(-0.99, 0.99, [B, K, .. Extra.Sizes])) { Differentiable = true, BatchDim = 0, Extremes = [1, -1] }, targets]
            :
            [
                new("vectors", Numbers().Reals(B, D))
                {
                    Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN],
                },
                new("directions", Numbers(3).Reals(K, D)) { Differentiable = true },
                targets,
            ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (Extra.Sizes.Length > 0)
            yield return this with { Extra = new(Extra.Sizes[1..]) };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (D > 2)
            yield return this with { D = D - 1 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        if (Factor != 1)
            yield return this with { Factor = 1 };
        if (Margin > 0)
            yield return this with { Margin = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Margins from none to a right angle.</summary>
    public static Gen<MarginCase> Any =>
        from b in Gen.Choose(1, 5)
        from k in Gen.Choose(1, 5)
        from margin in Gen.Elements(0.0, 0.2, 0.5, 1.2, Math.PI / 2)
        from factor in Gen.Elements(1.0, 8.0, 64.0)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from ignoreIndex in Gen.Elements(Loss.DefaultIgnoreIndex, 0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MarginCase { B = b, K = k, Margin = margin, Factor = factor, Ignored = ignored, IgnoreIndex = ignoreIndex, Seed = seed };
}
