using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>What a regression loss is told of the truth.</summary>
public enum TargetKind
{
    /// <summary>Any real number.</summary>
    Real,

    /// <summary>From a thousandth to a million, evenly spread in the logarithm.</summary>
    Positive,

    /// <summary>0 to 20.</summary>
    Count,
}

/// <summary>Predictions and targets of one shape, some of them equal.</summary>
public sealed record RegressionCase : Case
{
    /// <summary>Sizes, examples first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The loss's one number: δ, β, a level, an offset.</summary>
    public double Parameter { get; init; } = 1;

    /// <summary>Whether terms that the network cannot change are added.</summary>
    public bool Full { get; init; }

    /// <summary>About a third of the predictions are exactly right, which is where losses have their kinks.</summary>
    public bool Hits { get; init; }

    /// <summary>What the targets are.</summary>
    public TargetKind Targets { get; init; }

    /// <summary>The name of the op's first parameter.</summary>
    public string Name { get; init; } = "predictions";

    /// <summary>Predictions of extreme size that the op must bear.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, -1e4];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var predictions = Numbers().Reals(Shape.Sizes);
        return
        [
            new(Name, predictions) { Differentiable = true, BatchDim = 0, Extremes = Extremes },
            new("targets", DrawTargets(predictions))
            {
                // A count's derivative means nothing.
                Differentiable = Targets != TargetKind.Count, BatchDim = 0, Extremes = Targets == TargetKind.Real ? [1e4, -1e4] : [],
            },
        ];
    }

    private Tensor DrawTargets(Tensor predictions) => Targets switch
    {
        TargetKind.Positive => Numbers(1).Between(-7, 14, Shape.Sizes).exp(),
        TargetKind.Count => Numbers(1).Between(0, 20, Shape.Sizes).round(),
        _ when Hits => where(Numbers(2).Mask(0.35, Shape.Sizes), predictions, Numbers(1).Reals(Shape.Sizes)),
        _ => Numbers(1).Reals(Shape.Sizes),
    };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Hits)
            yield return this with { Hits = false };
        if (Full)
            yield return this with { Full = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Rank 1 to 3, hits and misses, ties, small and large errors.</summary>
    public static Gen<RegressionCase> Any =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from hits in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 0.1, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new RegressionCase { Shape = new([.. sizes.Select(s => (long)s)]), Hits = hits, Scale = scale, Seed = seed };
}
