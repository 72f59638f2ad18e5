using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Scores on a scale that is cut into K classes, and (for a loss) the true classes.</summary>
public sealed record OrdinalCase : Case
{
    /// <summary>Sizes of the scores, examples first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>Classes, 2 or more.</summary>
    public required int K { get; init; }

    /// <summary>Whether there are targets.</summary>
    public bool Targets { get; init; }

    /// <summary>Share of ignored targets.</summary>
    public double Ignored { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var scores = new Argument("scores", Numbers().Reals(Shape.Sizes))
        {
            Differentiable = true,
            BatchDim = 0,
            Extremes = [1e4, -1e4],
        };
        var thresholds = new Argument("thresholds", Numbers(1).Between(-2, 0, 1) + Numbers(2).Between(0.1, 3, K - 1).cumsum(0))
        {
            Differentiable = true,
        };
        return Targets ? [scores, thresholds, new("targets", DrawTargets()) { BatchDim = 0 }] : [scores, thresholds];
    }

    private Tensor DrawTargets() => Numbers(3).Indices(K, Shape.Sizes)
        .masked_fill(Numbers(4).Mask(Ignored, Shape.Sizes), Loss.DefaultIgnoreIndex);

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Scores of rank 1 to 3, 2 to 6 classes, ties, usual scores and far ones.</summary>
    public static Gen<OrdinalCase> Any =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 4).ArrayOf(rank)
        from k in Gen.Choose(2, 6)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new OrdinalCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            K = k,
            Ignored = ignored,
            Scale = scale,
            Seed = seed,
        };
}
