using System.ComponentModel;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Scores of K classes for B examples with extra dimensions, and targets: <c>[B, K, ...]</c> and <c>[B, ...]</c>.</summary>
public sealed record ClassCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Extra dimensions, such as height and width.</summary>
    public required TensorShape Extra { get; init; }

    /// <summary>Whether classes have weights.</summary>
    public bool Weighted { get; init; }

    /// <summary>The share of targets that are to be ignored; 1 ignores all.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    [DefaultValue(Loss.DefaultIgnoreIndex)]
    public long IgnoreIndex { get; init; } = Loss.DefaultIgnoreIndex;

    /// <summary>Label smoothing ε.</summary>
    public double Smoothing { get; init; }

    /// <summary>Focal loss's γ.</summary>
    public double Gamma { get; init; }

    /// <summary>Targets are class probabilities instead of indices.</summary>
    public bool Soft { get; init; }

    /// <summary>The name of the op's scores: logits or logProbs.</summary>
    public string Scores { get; init; } = "logits";

    /// <summary>The name of the op's factors per class: weight or alpha.</summary>
    public string Weights { get; init; } = "weight";

    /// <summary>Extreme scores that the op must bear.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    /// <summary>Scores with which the value must be right, though the gradient need not exist.</summary>
    public IReadOnlyList<double> ExtremesOfValue { get; init; } = [];

    private long[] ScoreShape => [B, K, .. Extra.Sizes];

    private long[] TargetShape => [B, .. Extra.Sizes];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var scores = new Argument(Scores, Numbers().Reals(ScoreShape))
        {
            Differentiable = true,
            BatchDim = 0,
            Extremes = Extremes,
            ExtremesOfValue = ExtremesOfValue,
        };
        var targets = Soft
            ? new Argument("targets", Numbers(1).Distributions(1, ScoreShape)) { Differentiable = true, BatchDim = 0 }
            : new Argument("targets", Numbers(1).Indices(K, TargetShape)
                .masked_fill(Numbers(2).Mask(Ignored, TargetShape), IgnoreIndex))
            { BatchDim = 0 };
        return Weighted
            ? [scores, targets, new(Weights, Numbers(3).Between(0.1, 3, K) * Numbers(5).Mask(0.8, K))] // some of them 0
            : [scores, targets];
    }

    /// <summary>The scores with NaN and huge numbers in every row whose target is ignored; null where there is none.</summary>
    public IReadOnlyList<Argument>? DisturbIgnored(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (Soft)
            return null;
        var ignored = arguments[1].Value == IgnoreIndex;
        if (!ignored.any().ToBoolean())
            return null;
        var garbage = where(Numbers(4).Mask(0.5, ScoreShape), tensor(double.NaN), tensor(1e30));
        return [arguments[0].With(where(ignored.unsqueeze(1), garbage, arguments[0].Value)), .. arguments.Skip(1)];
    }

    /// <summary>The same with sizes that a kernel has loops for: long rows, wide columns, and what is left over of either.</summary>
    public ClassCase Enlarged() => this with
    {
        B = B + (Extra.Sizes.Length == 0 ? 1 : 0),
        K = Extra.Sizes.Length == 0 ? 2100 + 13 * K : 4 * K + 1,
        Extra = Extra.Sizes.Length == 0 ? Extra : new([.. Extra.Sizes[..^1], 839]),
    };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (Extra.Sizes.Length > 0)
            yield return this with { Extra = new(Extra.Sizes[1..]) };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Weighted)
            yield return this with { Weighted = false };
        if (Smoothing > 0)
            yield return this with { Smoothing = 0 };
        if (Gamma > 0)
            yield return this with { Gamma = 0 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        if (Soft)
            yield return this with { Soft = false };
        if (IgnoreIndex != Loss.DefaultIgnoreIndex)
            yield return this with { IgnoreIndex = Loss.DefaultIgnoreIndex };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few examples and classes, up to two extra dimensions, with and without weights and ignored targets.</summary>
    public static Gen<ClassCase> Any =>
        from b in Gen.Choose(1, 5)
        from k in Gen.Choose(1, 6)
        from extra in Gen.Elements(Array.Empty<long>(), [3], [2, 3])
        from weighted in Gen.Elements(false, true)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from ignoreIndex in Gen.Elements(Loss.DefaultIgnoreIndex, 0, 255)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ClassCase
        {
            B = b,
            K = k,
            Extra = new(extra),
            Weighted = weighted,
            Ignored = ignored,
            IgnoreIndex = ignoreIndex,
            Scale = scale,
            Seed = seed,
        };
}
