using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>The Euclidean distance transform against all pairs of pixels.</summary>
public sealed class EuclideanSpec : Spec<Func<Tensor, ScalarType, Tensor>, MaskCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, ScalarType, Tensor> Op => DistanceTransform.Euclidean;

    /// <inheritdoc/>
    public override Func<Tensor, ScalarType, Tensor> Oracle => (mask, dtype) =>
    {
        var (width, pixels) = ((int)mask.size(-1), (int)(mask.size(-1) * mask.size(-2)));
        var distances = ClosedForm.Numbers(mask).Chunk(Math.Max(1, pixels)).SelectMany(map =>
            AllPairs.Squares([.. map.Select(v => v > 0)], width).Select(square => square is { } s ? Math.Sqrt(s) : double.PositiveInfinity));
        return tensor(distances.ToArray()).reshape(mask.shape).to(dtype);
    };

    /// <inheritdoc/>
    public override Gen<MaskCase> Cases => MaskCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override MaskCase Enlarge(MaskCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case with { H = 70 + 3 * @case.H, W = 130 + @case.W, Share = @case.Share * @case.Share / 20 };
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, ScalarType, Tensor> op, MaskCase @case, Tensor[] arguments) => [op(arguments[0], @case.Dtype)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, ScalarType, Tensor>>> BadInputs =>
    [
        new("null for mask", "mask", () => [], (op, _) => op(null!, ScalarType.Float32)),
        new("a mask of numbers", "mask", () => [ones(2, 2)], (op, x) => op(x[0], ScalarType.Float32)),
        new("a row", "mask", () => [ones(2) > 0], (op, x) => op(x[0], ScalarType.Float32)),
        new("distances in float16", "dtype", () => [ones(2, 2) > 0], (op, x) => op(x[0], ScalarType.Float16)),
        new("distances in whole numbers", "dtype", () => [ones(2, 2) > 0], (op, x) => op(x[0], ScalarType.Int64)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, ScalarType, Tensor>, MaskCase>> OwnLaws =>
    [
        Own("a step changes the distance by one at most", "It is 0 exactly on the region, and neighbours side by side differ by at most 1.", (op, c) =>
        {
            var mask = c.Draw()[0].Value;
            var d = op(mask, ScalarType.Float64);
            if (d.isinf().any().ToBoolean())
                return Verdict.DoesNotApply;
            return Comparison.Same("set of zeros", (d == 0).to(ScalarType.Float64), mask.to(ScalarType.Float64), Tolerance)
                .Then(() => Verdict.Require(
                    (d.diff(dim: -1).abs() <= 1 + 1e-12).all().ToBoolean() && (d.diff(dim: -2).abs() <= 1 + 1e-12).all().ToBoolean(), "Neighbours differ by more."));
        }),
        Own("turned, it is the same turned", "Of a map that is transposed or flipped it is the distances transposed or flipped.", (op, c) =>
        {
            var mask = c.Draw()[0].Value;
            var d = op(mask, ScalarType.Float64);
            return Comparison.Same("result", op(mask.transpose(-1, -2), ScalarType.Float64), d.transpose(-1, -2), Tolerance)
                .Then(() => Comparison.Same("result", op(mask.flip(-1), ScalarType.Float64), d.flip(-1), Tolerance));
        }),
        Own("one pixel makes circles", "From a single pixel of a map of 40 x 300 the distances are the formula's, far corners too.", (op, c) =>
        {
            var (y, x) = (Math.Abs(c.Seed) % 40, Math.Abs(c.Seed / 64) % 300);
            var mask = zeros(40, 300, dtype: ScalarType.Bool);
            mask[y, x] = true;
            var (dy, dx) = (arange(40, dtype: ScalarType.Float64) - y, arange(300, dtype: ScalarType.Float64) - x);
            return Comparison.Same("result", op(mask, ScalarType.Float64), (dy.square().unsqueeze(1) + dx.square()).sqrt(), Tolerance);
        }) with { Cases = 10 },
        Own("without a region everything is infinitely far", "An empty mask gives +∞ everywhere, and leaves other maps of the batch alone.", (op, c) =>
        {
            var mask = stack([zeros(c.H, c.W, dtype: ScalarType.Bool), ones(c.H, c.W, dtype: ScalarType.Bool)]);
            var expected = stack([full([c.H, c.W], double.PositiveInfinity, dtype: ScalarType.Float64), zeros(c.H, c.W, dtype: ScalarType.Float64)]);
            return Comparison.Same("result", op(mask, ScalarType.Float64), expected, Tolerance);
        }),
    ];
}
