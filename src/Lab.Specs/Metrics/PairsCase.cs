using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;

namespace Lab.Specs.Metrics;

/// <summary>Predictions and targets of B examples, in columns that are correlated each by itself.</summary>
public sealed record PairsCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Extra dimensions.</summary>
    public required TensorShape Extra { get; init; }

    /// <summary>Added to all predictions.</summary>
    public double Offset { get; init; }

    /// <summary>Values are whole numbers, so that many are equal.</summary>
    public bool Ties { get; init; }

    /// <summary>Predictions that the op must bear, in value and gradient.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    /// <summary>Predictions that the op must bear in value.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // the examples are what is correlated

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        long[] shape = [B, .. Extra.Sizes];
        var (predictions, targets) = (Offset + Numbers().Reals(shape), Numbers(1).Reals(shape));
        return
        [
            new("predictions", Ties ? predictions.round() : predictions)
            {
                Differentiable = true, Extremes = Extremes, ExtremesOfValue = ExtremesOfValue,
            },
            new("targets", Ties ? targets.round() : targets) { Differentiable = true },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (Extra.Sizes.Length > 0)
            yield return this with { Extra = new(Extra.Sizes[1..]) };
        if (Offset != 0)
            yield return this with { Offset = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>1 to 8 examples, with and without ties and an offset; scale 0 makes constants.</summary>
    public static Gen<PairsCase> Any =>
        from b in Gen.Choose(1, 8)
        from extra in Gen.Elements(Array.Empty<long>(), [3], [2, 2])
        from offset in Gen.Elements(0.0, 0.1, 100.0)
        from ties in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PairsCase { B = b, Extra = new(extra), Offset = offset, Ties = ties, Scale = scale, Seed = seed };
}
