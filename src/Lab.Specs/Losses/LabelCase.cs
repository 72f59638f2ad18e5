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

    /// <summary>Whether "yes" has a weight.</summary>
    public bool Weighted { get; init; }

    /// <summary>How many of the last dimensions the weight has: 1 for one per label, all for one per entry.</summary>
    public int WeightRank { get; init; } = 1;

    /// <summary>Whether the first of these has size 1 in the weight, and broadcasts.</summary>
    public bool WeightNarrow { get; init; }

    /// <summary>No gradient flows into the targets.</summary>
    public bool FixedTargets { get; init; }

    /// <summary>Focal loss's γ.</summary>
    public double Gamma { get; init; }

    /// <summary>Focal loss's α.</summary>
    public double? Alpha { get; init; }

    /// <summary>Whether a mask leaves out some entries.</summary>
    public bool Masked { get; init; }

    /// <summary>Inputs are probabilities instead of logits.</summary>
    public bool Probabilities { get; init; }

    private int Rank => Shape.Sizes.Length;

    private int? BatchDim => Rank == 0 ? null : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Rank == 0 ? [] : [0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var scores = Probabilities
            ? new Argument("probabilities", Numbers().Between(0.01, 0.99, Shape.Sizes))
            {
                Differentiable = true,
                BatchDim = BatchDim,
                ExtremesOfValue = [0, 1, 1e-300, double.NaN],
            }
            : new Argument("logits", Numbers().Reals(Shape.Sizes))
            {
                Differentiable = true,
                BatchDim = BatchDim,
                Extremes = [1e4, -1e4],
                ExtremesOfValue = [double.NaN],
            };
        var truth = Numbers(1).Between(0, 1, Shape.Sizes);
        var targets = new Argument("targets", Hard ? truth.round() : truth) { Differentiable = !FixedTargets, BatchDim = BatchDim };
        return Weighted ? [scores, targets, Weight()]
            : Masked ? [scores, targets, new("mask", Numbers(3).Mask(0.6, Shape.Sizes)) { BatchDim = BatchDim }]
            : [scores, targets];
    }

    private Argument Weight()
    {
        var sizes = Shape.Sizes[^Math.Min(WeightRank, Rank)..];
        if (WeightNarrow && sizes.Length > 0)
            sizes[0] = 1;
        var perExample = sizes.Length == Rank && Rank > 0 && !WeightNarrow;
        return new("positiveWeight", Numbers(2).Between(0.1, 5, sizes)) { BatchDim = perExample ? 0 : null };
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        for (var d = 0; d < Rank && Rank > 1; d++)
            yield return this with { Shape = Shape.Without(d) };
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (!Hard)
            yield return this with { Hard = true };
        if (Weighted)
            yield return this with { Weighted = false, WeightRank = 1, WeightNarrow = false };
        if (Masked)
            yield return this with { Masked = false };
        if (Gamma > 0)
            yield return this with { Gamma = 0 };
        if (Alpha is not null)
            yield return this with { Alpha = null };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Rank 0 to 3, hard and soft targets, ties, and sizes past where exp overflows.</summary>
    public static Gen<LabelCase> Any =>
        from rank in Gen.Elements(0, 1, 2, 2, 2, 3, 3)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from hard in Gen.Elements(false, true)
        from weighted in Gen.Elements(false, true)
        from weightRank in Gen.Choose(0, rank)
        from narrow in Gen.Elements(false, false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LabelCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Hard = hard,
            Scale = scale,
            Seed = seed,
            Weighted = weighted,
            WeightRank = weighted ? weightRank : 1,
            WeightNarrow = weighted && narrow,
        };
}
