using System.ComponentModel;
using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Scores of K classes for the pixels of B images, and label maps: <c>[B, K, ...]</c> and <c>[B, ...]</c>.</summary>
public sealed record RegionCase : Case
{
    /// <summary>Images B.</summary>
    public required int B { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Height and width, or any other dimensions.</summary>
    public required TensorShape Extra { get; init; }

    /// <summary>How many of the classes, at most, the targets show; null means all.</summary>
    public int? Shown { get; init; }

    /// <summary>The share of pixels that are to be ignored; 1 ignores all.</summary>
    public double Ignored { get; init; }

    /// <summary>The index that marks them.</summary>
    [DefaultValue(Loss.DefaultIgnoreIndex)]
    public long IgnoreIndex { get; init; } = Loss.DefaultIgnoreIndex;

    /// <summary>Pixels that are added to both sides of a ratio.</summary>
    public double Smoothing { get; init; }

    /// <summary>The price of a false alarm.</summary>
    public double Alpha { get; init; }

    /// <summary>The price of a miss.</summary>
    public double Beta { get; init; }

    /// <summary>An exponent.</summary>
    public double Gamma { get; init; }

    /// <summary>Whether classes have weights.</summary>
    public bool Weighted { get; init; }

    /// <summary>Which classes count.</summary>
    public RegionClasses Classes { get; init; }

    /// <summary>Which pixels are taken together.</summary>
    public RegionScope Scope { get; init; }

    /// <summary>Whether the result has the batch's dimension, whatever the scope.</summary>
    internal bool PerPixel { get; init; }

    /// <summary>Extreme scores that the op must bear.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => PerPixel || Scope == RegionScope.Image ? [0] : [];

    private long[] ScoreShape => [B, K, .. Extra.Sizes];

    private long[] TargetShape => [B, .. Extra.Sizes];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("logits", Numbers().Reals(ScoreShape)) { Differentiable = true, BatchDim = 0, Extremes = Extremes },
        new("targets", Numbers(1).Indices(Math.Min(K, Shown ?? K), TargetShape).masked_fill(Numbers(2).Mask(Ignored, TargetShape), IgnoreIndex))
        {
            BatchDim = 0,
        },
        .. Weighted ? [new Argument("weight", Numbers(3).Between(0.1, 3, K))] : Array.Empty<Argument>(),
    ];

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

    /// <summary>With smoothing where all classes count, which ratios need.</summary>
    internal RegionCase Smoothed() => Smoothing == 0 && Classes == RegionClasses.All ? this with { Smoothing = 0.5 } : this;

    /// <summary>The same with sizes that a kernel has loops for: wide columns, and what is left over of them.</summary>
    public RegionCase Enlarged() => this with { K = 2 * K + 1, Extra = new([2, 419]), Shown = Shown is null ? null : Shown + 1 };

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = (B + 1) / 2 };
        foreach (var smaller in Extra.Shrink())
            yield return this with { Extra = smaller };
        if (K > 2)
            yield return this with { K = K - 1 };
        if (Ignored > 0)
            yield return this with { Ignored = 0 };
        if (Smoothing > 0 && Classes == RegionClasses.Present)
            yield return this with { Smoothing = 0 };
        if (Weighted)
            yield return this with { Weighted = false };
        if (Shown is not null)
            yield return this with { Shown = null };
        if (Classes != RegionClasses.Present)
            yield return this with { Classes = RegionClasses.Present };
        if (Scope != RegionScope.Image)
            yield return this with { Scope = RegionScope.Image };
        if (IgnoreIndex != Loss.DefaultIgnoreIndex)
            yield return this with { IgnoreIndex = Loss.DefaultIgnoreIndex };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few small images, with absent classes and ignored pixels, of any number of dimensions.</summary>
    public static Gen<RegionCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 4)
        from extra in Gen.Elements(Array.Empty<long>(), [4], [2, 3], [3, 3], [1, 5])
        from shown in Gen.Elements<int?>(null, 1, 2)
        from ignored in Gen.Elements(0.0, 0.3, 1.0)
        from ignoreIndex in Gen.Elements(Loss.DefaultIgnoreIndex, 0, 255)
        from classes in Gen.Elements(RegionClasses.Present, RegionClasses.All)
        from scope in Gen.Elements(RegionScope.Image, RegionScope.Batch)
        from scale in Gen.Elements(0.0, 1.0, 3.0, 30.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new RegionCase
        {
            B = b,
            K = k,
            Extra = new(extra),
            Shown = shown,
            Ignored = ignored,
            IgnoreIndex = ignoreIndex,
            Classes = classes,
            Scope = scope,
            Scale = scale,
            Seed = seed,
            Extremes = [1e4, -1e4, double.NegativeInfinity],
        };
}
