using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Logits of K classes for B examples with extra dimensions, <c>[B, K, ...]</c>, with or without distributions to
/// compare them with.</summary>
public sealed record DistributionCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Extra dimensions, such as height and width.</summary>
    public required TensorShape Extra { get; init; }

    /// <summary>Whether there are target distributions.</summary>
    public bool Targets { get; init; }

    /// <summary>About half of the target probabilities are 0.</summary>
    public bool Zeros { get; init; }

    /// <summary>Extreme logits that the op must bear.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, -1e4, double.NegativeInfinity];

    private long[] Shape => [B, K, .. Extra.Sizes];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var logits = new Argument("logits", Numbers().Reals(Shape)) { Differentiable = true, BatchDim = 0, Extremes = Extremes };
        // At probability 0 the slope of q·log q is -∞, for which the op says 0.
        return Targets
            ? [logits, new("targets", Distributions()) { Differentiable = !Zeros, BatchDim = 0 }]
            : [logits];
    }

    private Tensor Distributions()
    {
        var probabilities = Numbers(1).Distributions(1, Shape);
        if (!Zeros)
            return probabilities;
        var most = probabilities.amax([1], keepdim: true);
        var some = probabilities.masked_fill(Numbers(2).Mask(0.5, Shape).logical_and(probabilities < most), 0);
        return some / some.sum(1, keepdim: true);
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (Extra.Sizes.Length > 0)
            yield return this with { Extra = new(Extra.Sizes[1..]) };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Zeros)
            yield return this with { Zeros = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few examples and classes, up to two extra dimensions, ties, and sizes past where exp overflows.</summary>
    public static Gen<DistributionCase> Any =>
        from b in Gen.Choose(1, 5)
        from k in Gen.Choose(1, 6)
        from extra in Gen.Elements(Array.Empty<long>(), [3], [2, 3])
        from zeros in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DistributionCase { B = b, K = k, Extra = new(extra), Zeros = zeros, Scale = scale, Seed = seed };
}
