using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Losses;

/// <summary>Features and a last layer over V classes, of which S are sampled.</summary>
public sealed record SampledCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Width of the features D.</summary>
    public required int D { get; init; }

    /// <summary>Classes V.</summary>
    public required int V { get; init; }

    /// <summary>Sampled classes S, some of them twice.</summary>
    public required int S { get; init; }

    /// <summary>Whether the layer has a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>The share of targets to ignore.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    public const long IgnoreIndex = -1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        Argument[] all =
        [
            new("features", Numbers().Reals(B, D)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN] },
            new("targets", Numbers(1).Indices(V, B).masked_fill(Numbers(2).Mask(Ignored, B), IgnoreIndex)) { BatchDim = 0 },
            new("classes", Numbers(3).Indices(V, S)),
            new("logExpectedCounts", Numbers(4).Between(-2, 1, S)),
            new("weight", Numbers(5).Reals(V, D) / (Scale > 1 ? Scale : 1)) { Differentiable = true },
            new("bias", Numbers(6).Reals(V)) { Differentiable = true },
        ];
        return Bias ? all : all[..^1];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (V > 1)
            yield return this with { V = V - 1 };
        if (D > 1)
            yield return this with { D = D - 1 };
        if (Bias)
            yield return this with { Bias = false };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Up to six classes, and samples that miss some and have others twice.</summary>
    public static Gen<SampledCase> Any =>
        from b in Gen.Choose(1, 5)
        from d in Gen.Choose(1, 4)
        from v in Gen.Choose(1, 6)
        from s in Gen.Choose(1, 6)
        from bias in Gen.Elements(true, false)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SampledCase { B = b, D = d, V = v, S = s, Bias = bias, Ignored = ignored, Scale = scale, Seed = seed };
}
