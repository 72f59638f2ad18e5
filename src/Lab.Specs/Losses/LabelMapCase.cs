using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Scores of L labels for the pixels of B images, and how true each is: <c>[B, L, ...]</c>, with or without a mask.</summary>
public sealed record LabelMapCase : Case
{
    /// <summary>Images B.</summary>
    public required int B { get; init; }

    /// <summary>Labels L.</summary>
    public required int L { get; init; }

    /// <summary>Height and width, or any other dimensions.</summary>
    public required TensorShape Extra { get; init; }

    /// <summary>The share of ones among the targets.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>Targets are 0 or 1, and not in between.</summary>
    public bool Hard { get; init; } = true;

    /// <summary>The share of pixels that the mask leaves out; null has no mask.</summary>
    public double? Masked { get; init; }

    /// <summary>Whether the mask is one for each label, and not one for all.</summary>
    public bool MaskPerLabel { get; init; }

    /// <summary>Pixels that are added to both sides of a ratio.</summary>
    public double Smoothing { get; init; }

    /// <summary>Which labels count.</summary>
    public RegionClasses Classes { get; init; }

    /// <summary>Which pixels are taken together.</summary>
    public RegionScope Scope { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => Scope == RegionScope.Image ? [0] : [];

    private long[] Shape => [B, L, .. Extra.Sizes];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var yes = Numbers(1).Mask(Share, Shape).to(ScalarType.Float64);
        var logits = new Argument("logits", Numbers().Reals(Shape)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] };
        var targets = new Argument("targets", Hard ? yes : yes * Numbers(2).Between(0, 1, Shape)) { BatchDim = 0 };
        return Masked is { } share
            ? [logits, targets, new("mask", Numbers(3).Mask(1 - share, [B, MaskPerLabel ? L : 1, .. Extra.Sizes])) { BatchDim = 0 }]
            : [logits, targets];
    }

    /// <summary>NaN and huge scores, and targets that are none, wherever the mask says so; null without a mask.</summary>
    public IReadOnlyList<Argument>? DisturbMasked(IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (Masked is null)
            return null;
        var (z, y, mask) = (arguments[0], arguments[1], arguments[2]);
        var garbage = where(Numbers(4).Mask(0.5, Shape), tensor(double.NaN), tensor(1e30));
        return [z.With(where(mask.Value, z.Value, garbage)), y.With(where(mask.Value, y.Value, tensor(255.0))), mask];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        if (L > 1)
            yield return this with { L = L - 1 };
        foreach (var smaller in Extra.Shrink())
            yield return this with { Extra = smaller };
        if (!Hard)
            yield return this with { Hard = true };
        if (Masked is not null)
            yield return this with { Masked = null };
        if (Smoothing > 0 && Classes == RegionClasses.Present)
            yield return this with { Smoothing = 0 };
        if (Scope != RegionScope.Image)
            yield return this with { Scope = RegionScope.Image };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few small maps, some without a single yes, with and without a mask.</summary>
    public static Gen<LabelMapCase> Any =>
        from b in Gen.Choose(1, 3)
        from l in Gen.Choose(1, 3)
        from extra in Gen.Elements(Array.Empty<long>(), [4], [2, 3])
        from share in Gen.Elements(0.0, 0.2, 0.5, 1.0)
        from hard in Gen.Elements(true, true, false)
        from masked in Gen.Elements<double?>(null, 0.3, 1.0)
        from perLabel in Gen.Elements(false, true)
        from smoothing in Gen.Elements(0.0, 0.0, 1.0)
        from classes in Gen.Elements(RegionClasses.Present, RegionClasses.All)
        from scope in Gen.Elements(RegionScope.Image, RegionScope.Batch)
        from scale in Gen.Elements(0.0, 1.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LabelMapCase
        {
            B = b,
            L = l,
            Extra = new(extra),
            Share = share,
            Hard = hard,
            Masked = masked,
            MaskPerLabel = perLabel,
            Smoothing = classes == RegionClasses.All ? Math.Max(smoothing, 0.5) : smoothing,
            Classes = classes,
            Scope = scope,
            Scale = scale,
            Seed = seed,
        };
}
