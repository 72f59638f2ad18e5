using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using LevelsOp = System.Func<TorchSharp.torch.Tensor, long, double, long, TorchSharp.torch.Tensor>;
using PyramidOp = System.Func<
    System.Collections.Generic.IReadOnlyList<TorchSharp.torch.Tensor>, System.Collections.Generic.IReadOnlyList<double>,
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, long, double, long, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Boxes of any size.</summary>
public sealed record LevelsCase : Case
{
    /// <summary>Boxes.</summary>
    public int R { get; init; } = 1;

    /// <summary>Maps.</summary>
    public int Levels { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var low = Numbers().Reals(R, 2);
        var size = Numbers(1).Between(-0.3, 7, R, 2).exp2();
        return [new("boxes", cat([low, low + size], 1)) { BatchDim = 0, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN, double.PositiveInfinity] }];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (R > 1)
            yield return this with { R = R - 1 };
        if (Levels > 1)
            yield return this with { Levels = Levels - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Levels box by box, in plain doubles.</summary>
public sealed class PyramidLevelsSpec : Spec<LevelsOp, LevelsCase>
{
    /// <inheritdoc/>
    public override LevelsOp Op => Region.PyramidLevels;

    /// <inheritdoc/>
    public override LevelsOp Oracle => ByHand;

    internal static Tensor ByHand(Tensor boxes, long levels, double size, long middle) => tensor(
        ClosedForm.Numbers(boxes).Chunk(4).Select(box =>
        {
            var (w, h) = (Math.Max(0, box[2] - box[0]), Math.Max(0, box[3] - box[1]));
            var level = Math.Floor(middle + Math.Log2(Math.Sqrt(w * h) / size + 1e-8));
            return double.IsNaN(level) ? 0 : (long)Math.Clamp(level, 0, levels - 1);
        }).ToArray(), dtype: ScalarType.Int64);

    /// <inheritdoc/>
    public override Gen<LevelsCase> Cases =>
        from r in Gen.Choose(1, 6)
        from levels in Gen.Choose(1, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select new LevelsCase { R = r, Levels = levels, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(LevelsOp op, LevelsCase @case, Tensor[] arguments) => [op(arguments[0], @case.Levels, 16, 2)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<LevelsOp>> BadInputs =>
    [
        new("null for boxes", "boxes", () => [], (op, _) => op(null!, 1, 224, 2)),
        new("integer boxes", "boxes", () => [ones(1, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], 1, 224, 2)),
        new("points", "boxes", () => [ones(1, 2)], (op, x) => op(x[0], 1, 224, 2)),
        new("no levels", "levels", () => [ones(1, 4)], (op, x) => op(x[0], 0, 224, 2)),
        new("size 0", "canonicalSize", () => [ones(1, 4)], (op, x) => op(x[0], 1, 0, 2)),
        new("level -1", "canonicalLevel", () => [ones(1, 4)], (op, x) => op(x[0], 1, 224, -1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<LevelsOp, LevelsCase>> OwnLaws =>
    [
        Own("twice the size, one map further", "112, 224 and 448 pixels belong to maps 1, 2 and 3; a pixel less, to the map before.", (op, _) =>
        {
            var sizes = tensor([111.0, 112, 223, 224, 447, 448]).unsqueeze(1);
            return Comparison.Same("levels", op(cat([zeros_like(sizes), zeros_like(sizes), sizes, sizes], 1), 4, 224, 2), tensor([0L, 1, 1, 2, 2, 3]), new Tolerance(0, 0));
        }) with { Cases = 1 },
        Own("what counts is the area", "A box of 56 by 896 pixels is as large as one of 224 by 224.", (op, _) =>
            Comparison.Same("levels", op(tensor(new[,] { { 0.0, 0, 56, 896 }, { 0, 0, 896, 56 } }), 4, 224, 2), tensor([2L, 2]), new Tolerance(0, 0))) with { Cases = 1 },
    ];
}

/// <summary>Boxes one by one, each from its map.</summary>
public sealed class PyramidRoiAlignSpec : Spec<PyramidOp, RegionsCase>
{
    private const double Size = 4;

    /// <inheritdoc/>
    public override PyramidOp Op => Region.PyramidRoiAlign;

    /// <inheritdoc/>
    public override PyramidOp Oracle => (maps, strides, boxes, images, rows, columns, samples, size, middle) =>
    {
        var levels = ClosedForm.Indices(PyramidLevelsSpec.ByHand(boxes, maps.Count, size, middle));
        return cat([.. levels.Select((level, r) => RoiAlignSpec.ByHand(
            maps[(int)level], boxes.narrow(0, r, 1), images.narrow(0, r, 1), rows, columns, 1 / strides[(int)level], samples, true))]);
    };

    /// <inheritdoc/>
    public override Gen<RegionsCase> Cases => RegionsCase.Any(3);

    /// <inheritdoc/>
    public override Tensor[] Call(PyramidOp op, RegionsCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        double[] strides = [@case.Stride, 2 * @case.Stride, 4 * @case.Stride];
        return [op(arguments[..3], strides, arguments[3], arguments[4], @case.Rows, @case.Columns, @case.Samples, Size * @case.Stride / 2, 1)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<PyramidOp>> BadInputs =>
    [
        .. RegionsCase.Bad<PyramidOp>("maps", (op, map, boxes, images, rows, columns) => op([map], [4], boxes, images, rows, columns, 2, 224, 0)),
        new("null for the maps", "maps", RegionsCase.Good, (op, x) => op(null!, [4], x[1], x[2], 2, 2, 2, 224, 0)),
        new("no maps", "maps", RegionsCase.Good, (op, x) => op([], [4], x[1], x[2], 2, 2, 2, 224, 0)),
        new("maps of different channels", "maps", () => [.. RegionsCase.Good(), ones(1, 2, 2, 2)], (op, x) => op([x[0], x[3]], [4, 8], x[1], x[2], 2, 2, 2, 224, 0)),
        new("maps of different dtypes", "maps", () => [.. RegionsCase.Good(), ones(1, 1, 2, 2, dtype: ScalarType.Float64)], (op, x) => op([x[0], x[3]], [4, 8], x[1], x[2], 2, 2, 2, 224, 0)),
        new("a stride too many", "strides", RegionsCase.Good, (op, x) => op([x[0]], [4, 8], x[1], x[2], 2, 2, 2, 224, 0)),
        new("stride 0", "strides", RegionsCase.Good, (op, x) => op([x[0]], [0], x[1], x[2], 2, 2, 2, 224, 0)),
        new("no samples", "samples", RegionsCase.Good, (op, x) => op([x[0]], [4], x[1], x[2], 2, 2, 0, 224, 0)),
        new("size 0", "canonicalSize", RegionsCase.Good, (op, x) => op([x[0]], [4], x[1], x[2], 2, 2, 2, 0, 0)),
        new("level -1", "canonicalLevel", RegionsCase.Good, (op, x) => op([x[0]], [4], x[1], x[2], 2, 2, 2, 224, -1)),
    ];
}
