using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Heatmaps: hills at random places, some of them low, with or without noise.</summary>
public sealed record HeatmapCase : Case
{
    /// <summary>Images.</summary>
    public int B { get; init; } = 1;

    /// <summary>Keypoints.</summary>
    public int K { get; init; } = 1;

    /// <summary>Height.</summary>
    public int H { get; init; } = 5;

    /// <summary>Width.</summary>
    public int W { get; init; } = 5;

    /// <summary>Width of the hills.</summary>
    public double Deviation { get; init; } = 1.5;

    /// <summary>How high the noise is.</summary>
    public double Noise { get; init; }

    /// <summary>The lowest peak that counts.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Smoothing before reading.</summary>
    public double Blur { get; init; }

    /// <summary>Entries of extreme size.</summary>
    public IReadOnlyList<double> Extremes { get; init; } = [1e4, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 0];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var numbers = Numbers();
        var x = numbers.Between(0, W - 1, B, K, 1, 1);
        var y = numbers.Between(0, H - 1, B, K, 1, 1);
        var height = numbers.Between(0.3, 1, B, K, 1, 1);
        var squared = (arange(W, dtype: ScalarType.Float64) - x).square() + (arange(H, dtype: ScalarType.Float64).unsqueeze(1) - y).square();
        var hills = height * (-squared / (2 * Deviation * Deviation)).exp() + Noise * numbers.Between(0, 1, B, K, H, W);
        return [new("heatmaps", hills) { BatchDim = 0, ExtremesOfValue = Extremes }];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = 1 };
        if (K > 1)
            yield return this with { K = K - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Noise > 0)
            yield return this with { Noise = 0 };
        if (Blur > 0)
            yield return this with { Blur = 0 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <summary>Maps from one pixel to 7x8.</summary>
    internal static Gen<HeatmapCase> Any =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 7)
        from w in Gen.Choose(1, 8)
        from deviation in Gen.Elements(0.8, 1.5, 3.0)
        from noise in Gen.Elements(0.0, 0.05)
        from seed in Gen.Choose(0, int.MaxValue)
        select new HeatmapCase { B = b, K = k, H = h, W = w, Deviation = deviation, Noise = noise, Seed = seed };
}

/// <summary>What readers of heatmaps share: peaks are looked for in loops over plain doubles.</summary>
public abstract class PeakSpec<TOp> : Spec<TOp, HeatmapCase>
    where TOp : Delegate
{
    /// <inheritdoc/>
    public override Gen<HeatmapCase> Cases => HeatmapCase.Any;

    /// <inheritdoc/>
    public sealed override bool IsDifferentiable => false;

    /// <summary>A version of the op at its usual options.</summary>
    protected abstract Keypoints Use(TOp op, Tensor heatmaps, double threshold);

    /// <summary>The tensors of a result.</summary>
    protected static Tensor[] Of(Keypoints found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return [found.Points, found.Scores, found.Found];
    }

    /// <summary>Looks for the first highest pixel of each map, and lets <paramref name="refine"/> move it.</summary>
    protected static Keypoints Search(Tensor heatmaps, double threshold, Func<double[,], int, int, (double X, double Y)> refine)
    {
        ArgumentNullException.ThrowIfNull(heatmaps);
        ArgumentNullException.ThrowIfNull(refine);
        var (b, k, h, w) = ((int)heatmaps.size(0), (int)heatmaps.size(1), (int)heatmaps.size(2), (int)heatmaps.size(3));
        var values = heatmaps.cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var (points, scores, found) = (new double[b, k, 2], new double[b, k], new bool[b, k]);
        for (var i = 0; i < b; i++)
        {
            for (var j = 0; j < k; j++)
            {
                var map = new double[h, w];
                var (x, y) = (0, 0);
                for (var v = 0; v < h; v++)
                {
                    for (var u = 0; u < w; u++)
                    {
                        map[v, u] = values[(((((i * k) + j) * h) + v) * w) + u];
                        if (map[v, u] > map[y, x])
                            (x, y) = (u, v);
                    }
                }
                var place = refine(map, x, y);
                scores[i, j] = map[y, x];
                found[i, j] = map[y, x] >= threshold;
                points[i, j, 0] = found[i, j] ? place.X : double.NaN;
                points[i, j, 1] = found[i, j] ? place.Y : double.NaN;
            }
        }
        return new(
            tensor(points).to(heatmaps.dtype), tensor(scores).to(heatmaps.dtype), tensor(found));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs =>
    [
        new("integer heatmaps", "heatmaps", () => [ones(1, 2, 3, 3, dtype: ScalarType.Int64)], (op, x) => Use(op, x[0], 0.5)),
        new("null for heatmaps", "heatmaps", () => [], (op, _) => Use(op, null!, 0.5)),
        new("heatmaps without a batch", "heatmaps", () => [ones(2, 3, 3)], (op, x) => Use(op, x[0], 0.5)),
        new("heatmaps without pixels", "heatmaps", () => [ones(1, 2, 0, 3)], (op, x) => Use(op, x[0], 0.5)),
        new("a threshold that is no number", "threshold", () => [ones(1, 2, 3, 3)], (op, x) => Use(op, x[0], double.NaN)),
    ];

    /// <summary>Laws that every reader keeps.</summary>
    public override IEnumerable<Law<TOp, HeatmapCase>> OwnLaws =>
    [
        Own("below the threshold nothing is found", "A keypoint whose peak stays below has the place NaN; at the threshold it is found.", (op, c) =>
        {
            var maps = c.Draw()[0].Value;
            var peak = maps.flatten(2).max(2).values;
            var (at, above) = (Use(op, maps, peak.min().ToDouble()), Use(op, maps, peak.max().ToDouble() + 1e-9));
            return Verdict.Require(at.Found.all().ToBoolean(), "A keypoint at the threshold was not found.")
                .Then(() => Verdict.Require(at.Points.isfinite().all().ToBoolean(), "A place that was found is no number."))
                .Then(() => Verdict.Require(above.Found.logical_not().all().ToBoolean(), "A keypoint below the threshold was found."))
                .Then(() => Verdict.Require(above.Points.isnan().all().ToBoolean(), "A place that was not found is a number."));
        }),
        Own("a mirrored map, a mirrored place", "Mirroring the map mirrors the place, x to W - 1 - x, where there is one highest pixel.", (op, c) =>
        {
            var maps = (c with { Noise = 0.05, Decimals = null }).Draw()[0].Value;
            var (plain, mirrored) = (Use(op, maps, 0), Use(op, maps.flip([3]), 0));
            var expected = stack([c.W - 1 - plain.Points.select(2, 0), plain.Points.select(2, 1)], -1);
            return Comparison.Same("places", mirrored.Points, expected, new Tolerance(0, 1e-6));
        }),
    ];
}
