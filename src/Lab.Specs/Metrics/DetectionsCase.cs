using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Two pictures with found and true objects of K classes, and how they overlap.</summary>
public sealed record DetectionsCase : Case
{
    /// <summary>Found objects of each picture.</summary>
    public required int Found { get; init; }

    /// <summary>True objects of each picture.</summary>
    public required int Truth { get; init; }

    /// <summary>Classes K.</summary>
    public required int K { get; init; }

    /// <summary>Some true objects are crowds.</summary>
    public bool Crowds { get; init; }

    /// <summary>Scores and overlaps are tenths, so that many are equal.</summary>
    public bool Ties { get; init; }

    /// <summary>Found objects of a class that count in a picture.</summary>
    public int Most { get; init; } = 100;

    /// <summary>Arguments of a picture.</summary>
    public const int Each = 5;

    /// <summary>Overlaps that count as found.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [0.3, 0.5, 0.75];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [.. Enumerable.Range(0, 2).SelectMany(picture =>
    {
        var (scores, overlaps) = (Numbers(picture).Between(0, 1, Found), Numbers(picture + 2).Between(0, 1, Found, Truth));
        return new Argument[]
        {
            new("images", Ties ? (scores * 4).round() / 4 : scores) { Extremes = [1e4, -1e4], ExtremesOfValue = [double.PositiveInfinity] },
            new("images", Numbers(picture + 4).Indices(K, Found)),
            new("images", Numbers(picture + 6).Indices(K, Truth)),
            new("images", Ties ? (overlaps * 4).round() / 4 : overlaps),
            new("images", Numbers(picture + 8).Mask(Crowds ? 0.4 : 0, Truth)),
        };
    })];

    /// <summary>The pictures of drawn arguments.</summary>
    public static ImageDetections[] Pictures(Tensor[] x) =>
        [.. Enumerable.Range(0, x.Length / Each).Select(i => new ImageDetections(x[i * Each], x[i * Each + 1], x[i * Each + 2], x[i * Each + 3], x[i * Each + 4]))];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Found > 1)
            yield return this with { Found = Found - 1 };
        if (Truth > 1)
            yield return this with { Truth = Truth - 1 };
        if (K > 1)
            yield return this with { K = 1 };
        if (Crowds)
            yield return this with { Crowds = false };
        if (Most < 100)
            yield return this with { Most = 100 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Few objects of one or two classes, with and without ties, crowds and a limit.</summary>
    public static Gen<DetectionsCase> Any =>
        from found in Gen.Choose(0, 7)
        from truth in Gen.Choose(0, 5)
        from k in Gen.Choose(1, 2)
        from crowds in Gen.Elements(false, true)
        from ties in Gen.Elements(false, true)
        from most in Gen.Elements(2, 100)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DetectionsCase { Found = found, Truth = truth, K = k, Crowds = crowds, Ties = ties, Most = most, Seed = seed };
}
