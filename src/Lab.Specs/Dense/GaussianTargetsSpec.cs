using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Points in and around a map.</summary>
public sealed record PointsCase : Case
{
    /// <summary>Images.</summary>
    public int B { get; init; } = 1;

    /// <summary>Keypoints.</summary>
    public int K { get; init; } = 1;

    /// <summary>Height.</summary>
    public int H { get; init; } = 3;

    /// <summary>Width.</summary>
    public int W { get; init; } = 3;

    /// <summary>Width of the hills.</summary>
    public double Deviation { get; init; } = 2;

    /// <summary>Whether some keypoints are hidden.</summary>
    public bool Hidden { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("points", Numbers().Between(-2, 2 + Math.Max(H, W), B, K, 2))
        {
            Differentiable = true, BatchDim = 0, ExtremesOfValue = [1e4, -1e4, double.NaN, double.PositiveInfinity],
        },
        .. Hidden ? new Argument[] { new("visible", Numbers(1).Mask(0.6, B, K)) { BatchDim = 0 } } : [],
    ];

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
        if (Hidden)
            yield return this with { Hidden = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Target maps against one pixel after the other.</summary>
public sealed class GaussianTargetsSpec : Spec<Func<Tensor, long, long, double, Tensor?, Tensor>, PointsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, long, double, Tensor?, Tensor> Op => Heatmap.GaussianTargets;

    /// <inheritdoc/>
    public override Func<Tensor, long, long, double, Tensor?, Tensor> Oracle => (points, height, width, deviation, visible) =>
    {
        var maps = new List<Tensor>();
        for (var b = 0L; b < points.size(0); b++)
        {
            for (var k = 0L; k < points.size(1); k++)
            {
                var (x, y) = (points[b, k, 0], points[b, k, 1]);
                var (px, py) = (x.ToDouble(), y.ToDouble());
                var there = px >= -0.5 && px < width - 0.5 && py >= -0.5 && py < height - 0.5 && (visible is null || visible[b, k].ToBoolean());
                for (var v = 0; v < height; v++)
                    for (var u = 0; u < width; u++)
                        maps.Add(there ? (((u - x).square() + (v - y).square()) / (-2 * deviation * deviation)).exp() : zeros_like(x));
            }
        }
        return stack(maps).reshape(points.size(0), points.size(1), height, width);
    };

    /// <inheritdoc/>
    public override Gen<PointsCase> Cases =>
        from b in Gen.Choose(1, 3)
        from k in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 5)
        from w in Gen.Choose(1, 5)
        from deviation in Gen.Elements(0.7, 2.0)
        from hidden in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PointsCase { B = b, K = k, H = h, W = w, Deviation = deviation, Hidden = hidden, Seed = seed };

    /// <summary>A point that is rounded may stand on the edge, where the map springs to zeros.</summary>
    public override bool SmoothAt(PointsCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <summary>Rounding may take a point over the edge.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, long, double, Tensor?, Tensor> op, PointsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.H, @case.W, @case.Deviation, @case.Hidden ? arguments[1] : null)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, long, double, Tensor?, Tensor>>> BadInputs =>
    [
        new("integer points", "points", () => [ones(1, 2, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 3, 3, 2, null)),
        new("null for points", "points", () => [], (op, _) => op(null!, 3, 3, 2, null)),
        new("points with a confidence", "points", () => [ones(1, 2, 3)], (op, x) => op(x[0], 3, 3, 2, null)),
        new("height 0", "height", () => [ones(1, 2, 2)], (op, x) => op(x[0], 0, 3, 2, null)),
        new("width 0", "width", () => [ones(1, 2, 2)], (op, x) => op(x[0], 3, 0, 2, null)),
        new("deviation 0", "deviation", () => [ones(1, 2, 2)], (op, x) => op(x[0], 3, 3, 0, null)),
        new("a mask of numbers", "visible", () => [ones(1, 2, 2), ones(1, 2)], (op, x) => op(x[0], 3, 3, 2, x[1])),
        new("a mask of another size", "visible", () => [ones(1, 2, 2), ones(1, 3, dtype: ScalarType.Bool)], (op, x) => op(x[0], 3, 3, 2, x[1])),
        new("a mask on another device", "visible", () => [ones(1, 2, 2), ones([1, 2], ScalarType.Bool, META)], (op, x) => op(x[0], 3, 3, 2, x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, long, double, Tensor?, Tensor>, PointsCase>> OwnLaws =>
    [
        Own("at the point it is 1", "A point in the middle of a pixel has height 1 there, and less everywhere else.", (op, c) =>
        {
            var map = op(tensor(new double[,,] { { { c.W - 1, c.H - 1 } } }), c.H, c.W, c.Deviation, null);
            return Comparison.Same("height", map[0, 0, c.H - 1, c.W - 1], ones([], dtype: ScalarType.Float64), Tolerance)
                .Then(() => Verdict.Require(map.eq(1).sum().ToInt64() == 1, "It is 1 elsewhere too."));
        }),
        Own("hidden or outside means zeros", "A keypoint that is hidden, outside or no number has a map of zeros, and no gradient that is no number.", (op, c) =>
        {
            var points = tensor(new[,,] { { { 1.0, 1 }, { -3, 1 }, { 1, 99 }, { double.NaN, 1 } } }).requires_grad_();
            var maps = op(points, 3, 3, c.Deviation, tensor(new[,] { { false, true, true, true } }));
            maps.sum().backward();
            return Comparison.Same("maps", maps, zeros_like(maps), new Tolerance(0, 0))
                .Then(() => Comparison.Same("gradient", points.grad!, zeros_like(points), new Tolerance(0, 0)));
        }) with { Cases = 3 },
    ];
}
