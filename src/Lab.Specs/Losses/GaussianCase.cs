using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Losses;

/// <summary>Means, variances and targets of one shape; some variances are below the floor, where it is high.</summary>
public sealed record GaussianCase : Case
{
    /// <summary>Sizes, examples first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The least variance that counts.</summary>
    public double Floor { get; init; } = LowFloor;

    /// <summary>Whether the constant is added.</summary>
    public bool Full { get; init; }

    /// <summary>A floor below every variance that is drawn.</summary>
    public const double LowFloor = 1e-6;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("means", Numbers().Reals(Shape.Sizes)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("variances", Numbers(1).Between(0.3, 5, Shape.Sizes)) { Differentiable = true, BatchDim = 0, Extremes = [0, 1e-30, 1e4] },
        new("targets", Numbers(2).Reals(Shape.Sizes)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Floor != LowFloor)
            yield return this with { Floor = LowFloor };
        if (Full)
            yield return this with { Full = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Rank 1 to 3, variances on both sides of the floor, small and large errors.</summary>
    public static Gen<GaussianCase> Any =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from floor in Gen.Elements(LowFloor, LowFloor, 1.0)
        from full in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new GaussianCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Floor = floor,
            Full = full,
            Scale = scale,
            Seed = seed,
        };
}
