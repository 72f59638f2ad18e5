using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>The highest pixel against a loop.</summary>
public sealed class PeakPixelSpec : PeakSpec<Func<Tensor, double, Keypoints>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Keypoints> Op => Heatmap.PeakPixel;

    /// <inheritdoc/>
    public override Func<Tensor, double, Keypoints> Oracle => (maps, threshold) => Search(maps, threshold, (_, x, y) => (x, y));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Keypoints> op, HeatmapCase @case, Tensor[] arguments) =>
        Of(op(arguments[0], @case.Threshold));

    /// <inheritdoc/>
    protected override Keypoints Use(Func<Tensor, double, Keypoints> op, Tensor heatmaps, double threshold) => op(heatmaps, threshold);
}

/// <summary>A quarter towards the higher neighbour, against a loop.</summary>
public sealed class QuarterOffsetSpec : PeakSpec<Func<Tensor, double, Keypoints>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Keypoints> Op => Heatmap.QuarterOffset;

    /// <inheritdoc/>
    public override Func<Tensor, double, Keypoints> Oracle => (maps, threshold) => Search(maps, threshold, (map, x, y) => (
        x + (x == 0 || x == map.GetLength(1) - 1 ? 0 : 0.25 * Math.Sign(map[y, x + 1] - map[y, x - 1])),
        y + (y == 0 || y == map.GetLength(0) - 1 ? 0 : 0.25 * Math.Sign(map[y + 1, x] - map[y - 1, x]))));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Keypoints> op, HeatmapCase @case, Tensor[] arguments) =>
        Of(op(arguments[0], @case.Threshold));

    /// <inheritdoc/>
    protected override Keypoints Use(Func<Tensor, double, Keypoints> op, Tensor heatmaps, double threshold) => op(heatmaps, threshold);

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Keypoints>, HeatmapCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("half the error of the pixel", "On a hill anywhere away from the border the place is off by at most a quarter of a pixel along each axis.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var points = 3 + 4 * rand([1, 4, 2], dtype: ScalarType.Float64, generator: generator);
            var found = op(Heatmap.GaussianTargets(points, 11, 11, c.Deviation), 0);
            return Verdict.Require(
                (found.Points - points).abs().max().ToDouble() <= 0.25 + 1e-9,
                $"It is off by {(found.Points - points).abs().max().ToDouble():G3} pixels.");
        }),
    ];
}

/// <summary>The parabola through the logarithms, against a loop that solves by Cramer's rule.</summary>
public sealed class TaylorPeakSpec : PeakSpec<Func<Tensor, double, double, Keypoints>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, double, Keypoints> Op => Heatmap.TaylorPeak;

    /// <inheritdoc/>
    public override Func<Tensor, double, double, Keypoints> Oracle => (maps, threshold, blur) =>
    {
        var queue = new Queue<double[,]>();
        if (blur > 0)
            Search(maps, threshold, (map, _, _) => { queue.Enqueue(Smooth(map, blur)); return (0, 0); });
        return Search(maps, threshold, (map, x, y) => Top(blur > 0 ? queue.Dequeue() : map, x, y));
    };

    /// <inheritdoc/>
    public override Gen<HeatmapCase> Cases =>
        from c in HeatmapCase.Any
        from blur in Gen.Elements(0.0, 1.0)
        select c with { Blur = blur, Extremes = [1e4] };

    /// <summary>Solving with differences of logarithms needs more digits.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => new(1e-3, 2e-3);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, double, Keypoints> op, HeatmapCase @case, Tensor[] arguments) =>
        Of(op(arguments[0], @case.Threshold, @case.Blur));

    /// <inheritdoc/>
    protected override Keypoints Use(Func<Tensor, double, double, Keypoints> op, Tensor heatmaps, double threshold) =>
        op(heatmaps, threshold, 0);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, double, Keypoints>>> BadInputs =>
    [
        .. base.BadInputs,
        new("logits", "heatmaps", () => [-ones(1, 2, 3, 3)], (op, x) => op(x[0], 0.5, 0)),
        new("blur -1", "blur", () => [ones(1, 2, 3, 3)], (op, x) => op(x[0], 0.5, -1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, double, Keypoints>, HeatmapCase>> OwnLaws =>
    [
        .. base.OwnLaws,
        Own("a Gaussian's place is exact", "A hill at 2.4 is read at 2.4: for any width and place away from the border the place comes out, where whole pixels are off by up to half.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var points = 3 + 4 * rand([1, 4, 2], dtype: ScalarType.Float64, generator: generator);
            return Comparison.Same("places", op(Heatmap.GaussianTargets(points, 11, 11, c.Deviation), 0, 0).Points, points, new Tolerance(0, 1e-9));
        }),
        Own("a peak at the border stays there", "Where a neighbour is missing nothing is known of the bend, and the place is the pixel.", (op, _) =>
        {
            var map = Heatmap.GaussianTargets(tensor(new[,,] { { { 0.3, 2.4 } } }), 5, 5, 1);
            return Comparison.Same("place", op(map, 0, 0).Points, tensor(new[,,] { { { 0.0, 2.0 } } }), new Tolerance(0, 0));
        }) with { Cases = 1 },
        Own("smoothing helps where peaks are ragged", "Over many hills with noise of a tenth, smoothing by their own width brings the places closer.", (op, _) =>
        {
            using var generator = new Generator(7, CPU);
            var points = 4 + 6 * rand([20, 10, 2], dtype: ScalarType.Float64, generator: generator);
            var maps = Heatmap.GaussianTargets(points, 15, 15, 2) + 0.1 * rand([20, 10, 15, 15], dtype: ScalarType.Float64, generator: generator);
            var (plain, smooth) = (Error(0), Error(2));
            return Verdict.Require(smooth < plain / 2, $"The error is {plain:G3} without and {smooth:G3} with smoothing.");

            double Error(double blur) => (op(maps, 0, blur).Points - points).square().sum(-1).sqrt().mean().ToDouble();
        }) with { Cases = 1 },
    ];

    private static (double X, double Y) Top(double[,] map, int x, int y)
    {
        if (x == 0 || y == 0 || x == map.GetLength(1) - 1 || y == map.GetLength(0) - 1)
            return (x, y);
        var gradient = (X: (Log(1, 0) - Log(-1, 0)) / 2, Y: (Log(0, 1) - Log(0, -1)) / 2);
        var (xx, yy) = (Log(1, 0) - 2 * Log(0, 0) + Log(-1, 0), Log(0, 1) - 2 * Log(0, 0) + Log(0, -1));
        var xy = (Log(1, 1) - Log(-1, 1) - Log(1, -1) + Log(-1, -1)) / 4;
        var determinant = xx * yy - xy * xy;
        return xx >= 0 || determinant <= 1e-6
            ? (x, y)
            : (x + Within((gradient.Y * xy - gradient.X * yy) / determinant), y + Within((gradient.X * xy - gradient.Y * xx) / determinant));

        double Log(int right, int below) => Math.Log(Math.Max(map[y + below, x + right], 1e-10));
    }

    private static double Within(double offset) => Math.Clamp(offset, -1, 1);

    private static double[,] Smooth(double[,] map, double deviation)
    {
        var reach = (int)Math.Ceiling(3 * deviation);
        var bell = Enumerable.Range(-reach, 2 * reach + 1).Select(d => Math.Exp(-d * d / (2 * deviation * deviation))).ToArray();
        var smooth = new double[map.GetLength(0), map.GetLength(1)];
        for (var y = 0; y < map.GetLength(0); y++)
            for (var x = 0; x < map.GetLength(1); x++)
                for (var v = 0; v < map.GetLength(0); v++)
                    for (var u = 0; u < map.GetLength(1); u++)
                        if (Math.Abs(v - y) <= reach && Math.Abs(u - x) <= reach)
                            smooth[y, x] += map[v, u] * bell[v - y + reach] * bell[u - x + reach] / (bell.Sum() * bell.Sum());
        return smooth;
    }
}
