using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Losses;

/// <summary>Scores or probabilities of L labels for B examples, and how true each label is.</summary>
public sealed record LabelCase : Case
{
    /// <summary>Sizes, examples first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>Targets are 0 or 1, and not in between.</summary>
    public bool Hard { get; init; }

    /// <summary>Whether "yes" has a weight per label.</summary>
    public bool Weighted { get; init; }

    /// <summary>Inputs are probabilities instead of logits.</summary>
    public bool Probabilities { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var scores = Probabilities
            ? new Argument("probabilities", Numbers().Between(0.01, 0.99, Shape.Sizes))
            {
                Differentiable = true, BatchDim = 0, ExtremesOfValue = [0, 1, 1e-300],
            }
            : new Argument("logits", Numbers().Reals(Shape.Sizes)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] };
        var truth = Numbers(1).Between(0, 1, Shape.Sizes);
        var targets = new Argument("targets", Hard ? truth.round() : truth) { Differentiable = true, BatchDim = 0 };
        return Weighted
            ? [scores, targets, new("positiveWeight", Numbers(2).Between(0.1, 5, Shape.Sizes[^1]))]
            : [scores, targets];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (!Hard)
            yield return this with { Hard = true };
        if (Weighted)
            yield return this with { Weighted = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Rank 2 and 3, hard and soft targets, ties, and sizes past where exp overflows.</summary>
    public static Gen<LabelCase> Any =>
        from rank in Gen.Choose(2, 3)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from hard in Gen.Elements(false, true)
        from weighted in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LabelCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]), Hard = hard, Weighted = weighted, Scale = scale, Seed = seed,
        };
}
