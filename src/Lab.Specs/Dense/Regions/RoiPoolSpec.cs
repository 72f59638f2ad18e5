using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using RoiPoolOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, double, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>The greatest value in each rounded cell, cell by cell.</summary>
public sealed class RoiPoolSpec : Spec<RoiPoolOp, RegionsCase>
{
    /// <inheritdoc/>
    public override RoiPoolOp Op => Region.RoiPool;

    /// <inheritdoc/>
    public override RoiPoolOp Oracle => (features, boxes, images, rows, columns, scale) =>
    {
        var (H, W) = (features.size(2), features.size(3));
        var (sides, numbers) = (ClosedForm.Numbers(boxes), ClosedForm.Indices(images));
        var cells = new List<Tensor>();
        for (var r = 0; r < boxes.size(0); r++)
        {
            for (var i = 0L; i < rows; i++)
            {
                for (var j = 0L; j < columns; j++)
                {
                    var (top, bottom) = Pixels(Rounded(r, 1), Rounded(r, 3), i, rows, H);
                    var (left, right) = Pixels(Rounded(r, 0), Rounded(r, 2), j, columns, W);
                    var map = features[numbers[r]];
                    cells.Add(top < bottom && left < right
                        ? map.narrow(1, top, bottom - top).narrow(2, left, right - left).amax([1, 2])
                        : 0 * map.nan_to_num(0, 0, 0).sum([1, 2]));
                }
            }
        }
        return stack(cells).reshape(boxes.size(0), rows, columns, -1).permute(0, 3, 1, 2);

        long Rounded(int r, int side)
        {
            var value = sides[4 * r + side] * scale;
            return double.IsNaN(value) ? -1_000_000_000 : (long)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), -1e9, 1e9);
        }

        static (long From, long To) Pixels(long first, long last, long cell, long cells, long pixels)
        {
            var side = Math.Max(1, last - first + 1);
            var (from, to) = (first + cell * side / cells, first + ((cell + 1) * side + cells - 1) / cells);
            return (Math.Clamp(from, 0, pixels), Math.Clamp(to, 0, pixels));
        }
    };

    /// <inheritdoc/>
    public override Gen<RegionsCase> Cases => RegionsCase.Any(1).Select(c => c with { Pooled = true });

    /// <summary>In 16 bits values are often equal; equal ones share the gradient of a cell, in another way by rows and columns.</summary>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tensor[] Call(RoiPoolOp op, RegionsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Rows, @case.Columns, 1.0 / @case.Stride)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<RoiPoolOp>> BadInputs =>
    [
        .. RegionsCase.Bad<RoiPoolOp>("features", (op, features, boxes, images, rows, columns) => op(features, boxes, images, rows, columns, 1)),
        new("scale 0", "scale", RegionsCase.Good, (op, x) => op(x[0], x[1], x[2], 2, 2, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<RoiPoolOp, RegionsCase>> OwnLaws =>
    [
        Own("boxes that round alike read alike", "A box moved by less than half a pixel of the map from whole pixels reads what it read.", (op, c) =>
        {
            var x = c.Draw()[0].Value;
            var whole = tensor(new[,] { { 0.0, 0, 3, 2 }, { 1, 1, 4, 4 } });
            var place = zeros(2, dtype: ScalarType.Int64);
            return Comparison.Same(
                "result", op(x, (whole + 0.45) * c.Stride, place, c.Rows, c.Columns, 1.0 / c.Stride),
                op(x, whole * c.Stride, place, c.Rows, c.Columns, 1.0 / c.Stride), new Tolerance(0, 0));
        }) with { Cases = 20 },
        Own("one cell over all is the greatest", "A box over the whole map with one cell reads each channel's greatest value.", (op, c) =>
        {
            var x = c.Draw()[0].Value;
            return Comparison.Same(
                "result", op(x, tensor(new[,] { { -3.0, -3, 99, 99 } }), zeros(1, dtype: ScalarType.Int64), 1, 1, 1).flatten(1), x[..1].amax([2, 3]), new Tolerance(0, 0));
        }) with { Cases = 20 },
    ];
}
