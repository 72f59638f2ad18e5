using System.ComponentModel;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Scores of K classes for the pixels of B images, and label maps, for ops that look at places: <c>[B, K, H, W]</c> and
/// <c>[B, H, W]</c>.</summary>
public sealed record MapCase : Case
{
    /// <summary>Images B.</summary>
    public required int B { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Height H.</summary>
    public required int H { get; init; }

    /// <summary>Width W.</summary>
    public required int W { get; init; }

    /// <summary>The share of pixels that are to be ignored; 1 ignores all.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    [DefaultValue(Loss.DefaultIgnoreIndex)]
    public long IgnoreIndex { get; init; } = Loss.DefaultIgnoreIndex;

    /// <summary>Whether classes have weights.</summary>
    public bool Weighted { get; init; }

    /// <summary>An exponent, or a strength.</summary>
    public double Alpha { get; init; }

    /// <summary>Extreme scores that the op must bear.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    private long[] ScoreShape => [B, K, H, W];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var logits = new Argument("logits", Numbers().Reals(ScoreShape)) { Differentiable = true, BatchDim = 0, Extremes = Extremes };
        var targets = new Argument("targets", Numbers(1).Indices(K, B, H, W).masked_fill(Numbers(2).Mask(Ignored, B, H, W), IgnoreIndex))
        {
            BatchDim = 0,
        };
        return Weighted ? [logits, targets, new("weight", Numbers(3).Between(0.1, 3, K))] : [logits, targets];
    }

    /// <summary>The scores with NaN and huge numbers in every ignored pixel; null where there is none.</summary>
    public IReadOnlyList<Argument>? DisturbIgnored(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var ignored = arguments[1].Value == IgnoreIndex;
        if (!ignored.any().ToBoolean())
            return null;
        var garbage = where(Numbers(4).Mask(0.5, ScoreShape), tensor(double.NaN), tensor(1e30));
        return [arguments[0].With(where(ignored.unsqueeze(1), garbage, arguments[0].Value)), .. arguments.Skip(1)];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        if (Weighted)
            yield return this with { Weighted = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few small images, with and without ignored pixels.</summary>
    public static Gen<MapCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 4)
        from h in Gen.Choose(1, 5)
        from w in Gen.Choose(1, 5)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from ignoreIndex in Gen.Elements(Loss.DefaultIgnoreIndex, 0, 255)
        from scale in Gen.Elements(0.0, 1.0, 30.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new MapCase
        {
            B = b,
            K = k,
            H = h,
            W = w,
            Ignored = ignored,
            IgnoreIndex = ignoreIndex,
            Scale = scale,
            Seed = seed,
            Extremes = [1e4, -1e4],
        };
}
