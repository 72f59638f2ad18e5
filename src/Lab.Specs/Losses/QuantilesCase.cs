using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Losses;

/// <summary>Targets, and an answer to each at Q levels.</summary>
public sealed record QuantilesCase : Case
{
    /// <summary>Sizes of the targets, examples first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>Levels.</summary>
    public required int Q { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("predictions", Numbers().Reals([.. Shape.Sizes, Q])) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("targets", Numbers(1).Reals(Shape.Sizes)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
        new("levels", Numbers(2).Between(0.01, 0.99, Q)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Q > 1)
            yield return this with { Q = Q / 2 };
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Targets of rank 1 to 3 at 1 to 5 levels.</summary>
    public static Gen<QuantilesCase> Any =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 4).ArrayOf(rank)
        from q in Gen.Choose(1, 5)
        from scale in Gen.Elements(0.0, 1.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new QuantilesCase { Shape = new([.. sizes.Select(s => (long)s)]), Q = q, Scale = scale, Seed = seed };
}
