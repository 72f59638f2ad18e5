using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Dense;

/// <summary>Edges of label maps against sums over neighbours, pixel by pixel.</summary>
public sealed class SobelSpec : Spec<Func<Tensor, long, long, ScalarType, Tensor>, MapCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, long, ScalarType, Tensor> Op => LabelEdges.Sobel;

    /// <inheritdoc/>
    public override Func<Tensor, long, long, ScalarType, Tensor> Oracle => (targets, classes, ignoreIndex, dtype) =>
    {
        var (height, width) = ((int)targets.size(1), (int)targets.size(2));
        var strengths = ClosedForm.Indices(targets).Chunk(Math.Max(1, height * width))
            .SelectMany(map => Enumerable.Range(0, map.Length).Select(i => Strength(map, height, width, i, classes, ignoreIndex)));
        return tensor(strengths.ToArray()).reshape(targets.shape).to(dtype);
    };

    /// <inheritdoc/>
    public override Gen<MapCase> Cases => MapCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, long, ScalarType, Tensor> op, MapCase @case, Tensor[] arguments) =>
        [op(arguments[1], @case.K, @case.IgnoreIndex, ScalarType.Float64)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, long, ScalarType, Tensor>>> BadInputs =>
    [
        new("null for targets", "targets", () => [], (op, _) => op(null!, 2, -100, ScalarType.Float32)),
        new("int32 targets", "targets", () => [zeros([1, 2, 2], dtype: ScalarType.Int32)], (op, x) => op(x[0], 2, -100, ScalarType.Float32)),
        new("a single map", "targets", () => [zeros([2, 2], dtype: ScalarType.Int64)], (op, x) => op(x[0], 2, -100, ScalarType.Float32)),
        new("a class that there is not", "targets", () => [ones([1, 2, 2], dtype: ScalarType.Int64) * 2], (op, x) => op(x[0], 2, -100, ScalarType.Float32)),
        new("no classes", "classes", () => [zeros([1, 2, 2], dtype: ScalarType.Int64)], (op, x) => op(x[0], 0, -100, ScalarType.Float32)),
        new("strengths in float16", "dtype", () => [zeros([1, 2, 2], dtype: ScalarType.Int64)], (op, x) => op(x[0], 2, -100, ScalarType.Float16)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, long, ScalarType, Tensor>, MapCase>> OwnLaws =>
    [
        Own("a straight edge has strength one", "On both its sides, upright or lying, and nowhere else.", (op, _) =>
        {
            var map = tensor([0L, 0L, 1L, 1L, 1L]).expand(1, 4, 5);
            var expected = tensor([0.0, 1, 1, 0, 0]).expand(1, 4, 5);
            return Comparison.Same("result", op(map, 2, -100, ScalarType.Float64), expected, Tolerance)
                .Then(() => Comparison.Same("result", op(map.transpose(1, 2), 2, -100, ScalarType.Float64), expected.transpose(1, 2), Tolerance));
        }) with { Cases = 1 },
        Own("names do not matter", "Classes with other numbers have the same edges.", (op, c) =>
        {
            var targets = (c with { Ignored = 0 }).Draw()[1].Value;
            return Comparison.Same(
                "result", op(c.K - 1 - targets, c.K, -100, ScalarType.Float64), op(targets, c.K, -100, ScalarType.Float64), Tolerance);
        }),
        Own("what is ignored makes no edge", "A map of one class has no edge, wherever pixels of it are ignored.", (op, c) =>
        {
            var map = (c with { K = 1, IgnoreIndex = 255 }).Draw()[1].Value;
            var strengths = op(map, 3, 255, ScalarType.Float64);
            return Comparison.Same("result", strengths, zeros_like(strengths), Tolerance);
        }),
    ];

    private static double Strength(long[] map, int height, int width, int i, long classes, long ignoreIndex)
    {
        if (map[i] == ignoreIndex)
            return 0;
        var strongest = 0.0;
        for (var k = 0; k < classes; k++)
        {
            var (gx, gy) = (0.0, 0.0);
            for (var dy = -1; dy <= 1; dy++)
                for (var dx = -1; dx <= 1; dx++)
                {
                    var (y, x) = (Math.Clamp(i / width + dy, 0, height - 1), Math.Clamp(i % width + dx, 0, width - 1));
                    var seen = map[y * width + x] == ignoreIndex ? map[i] : map[y * width + x];
                    gx += seen == k ? dx * (dy == 0 ? 2 : 1) : 0;
                    gy += seen == k ? dy * (dx == 0 ? 2 : 1) : 0;
                }
            strongest = Math.Max(strongest, Math.Sqrt(gx * gx + gy * gy) / 4);
        }
        return Math.Min(1, strongest);
    }
}
