using FsCheck;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;
using RoiAlignOp = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, double, long, bool, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Every place of every box by itself: how much each pixel of the map counts in each result, in plain doubles.</summary>
public sealed class RoiAlignSpec : Spec<RoiAlignOp, RegionsCase>
{
    /// <inheritdoc/>
    public override RoiAlignOp Op => Region.RoiAlign;

    /// <inheritdoc/>
    public override RoiAlignOp Oracle => ByHand;

    internal static Tensor ByHand(
        Tensor features, Tensor boxes, Tensor images, long rows, long columns, double scale, long samples, bool aligned)
    {
        var (B, C, H, W, R) = (features.size(0), features.size(1), features.size(2), features.size(3), boxes.size(0));
        var (sides, numbers) = (ClosedForm.Numbers(boxes), ClosedForm.Indices(images));
        var weights = new double[R * rows * columns, B * H * W];
        for (var r = 0; r < R; r++)
        {
            double left = Placed(r, 0), top = Placed(r, 1), wide = Placed(r, 2) - left, tall = Placed(r, 3) - top;
            if (!aligned)
                (wide, tall) = (Math.Max(wide, 1), Math.Max(tall, 1));
            for (var i = 0; i < rows * samples; i++)
            {
                for (var j = 0; j < columns * samples; j++)
                {
                    var y = top + tall / rows * (i / samples) + tall / rows / samples * (i % samples + 0.5);
                    var x = left + wide / columns * (j / samples) + wide / columns / samples * (j % samples + 0.5);
                    if (!(y >= -1 && y <= H && x >= -1 && x <= W))
                        continue;
                    (y, x) = (Math.Clamp(y, 0, H - 1), Math.Clamp(x, 0, W - 1));
                    var cell = (r * rows + i / samples) * columns + j / samples;
                    for (var v = 0L; v < H; v++)
                        for (var u = 0L; u < W; u++)
                            weights[cell, (numbers[r] * H + v) * W + u] +=
                                Math.Max(0, 1 - Math.Abs(y - v)) * Math.Max(0, 1 - Math.Abs(x - u)) / (samples * samples);
                }
            }
        }
        var pixels = features.permute(0, 2, 3, 1).reshape(-1, C);
        return tensor(weights).to(features.dtype).mm(pixels).reshape(R, rows, columns, C).permute(0, 3, 1, 2);

        double Placed(int r, int side) => sides[4 * r + side] * scale - (aligned ? 0.5 : 0);
    }

    /// <inheritdoc/>
    public override Gen<RegionsCase> Cases => RegionsCase.Any(1);

    /// <inheritdoc/>
    public override Tensor[] Call(RoiAlignOp op, RegionsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Rows, @case.Columns, 1.0 / @case.Stride, @case.Samples, !@case.Shifted)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<RoiAlignOp>> BadInputs =>
    [
        .. RegionsCase.Bad<RoiAlignOp>("features", (op, features, boxes, images, rows, columns) => op(features, boxes, images, rows, columns, 1, 2, true)),
        new("scale 0", "scale", RegionsCase.Good, (op, x) => op(x[0], x[1], x[2], 2, 2, 0, 2, true)),
        new("no samples", "samples", RegionsCase.Good, (op, x) => op(x[0], x[1], x[2], 2, 2, 1, 0, true)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<RoiAlignOp, RegionsCase>> OwnLaws =>
    [
        Own("a slope is read where it is", "On a map that holds the place of each pixel's middle, each cell reads the place of its own middle, wherever the box lies.", (op, c) =>
        {
            var (boxes, place) = Inside(c);
            var ramp = ((arange(8, dtype: ScalarType.Float64) + 0.5) * c.Stride).expand(1, 1, 8, 8);
            var part = (arange(c.Columns, dtype: ScalarType.Float64) + 0.5) / c.Columns;
            var expected = boxes.narrow(1, 0, 1) + (boxes.narrow(1, 2, 1) - boxes.narrow(1, 0, 1)) * part;
            var read = op(ramp, boxes, place, c.Rows, c.Columns, 1.0 / c.Stride, c.Samples, true);
            return Comparison.Same("place", read.select(1, 0), expected.unsqueeze(1).expand(c.R, c.Rows, c.Columns), Tolerance);
        }),
        Own("without the half it reads half a pixel too far", "Not aligned, the same boxes read the slope half a pixel of the map farther on.", (op, c) =>
        {
            var (boxes, place) = Inside(c);
            var ramp = arange(8, dtype: ScalarType.Float64).expand(1, 1, 8, 8);
            var (with, without) = (Read(true), Read(false));
            return Comparison.Same("place", without, with + 0.5, Tolerance);

            Tensor Read(bool aligned) => op(ramp, boxes, place, c.Rows, c.Columns, 1.0 / c.Stride, c.Samples, aligned);
        }),
        Own("nothing far outside", "A box that lies beyond the map reads zeros, and gives no gradient.", (op, c) =>
        {
            var x = c.Draw()[0].Value.requires_grad_();
            var far = tensor(new[,] { { 1e3, 1e3, 1e3 + 9, 1e3 + 9 }, { -900, 1, -890, 2 } });
            var read = op(x, far, zeros(2, dtype: ScalarType.Int64), c.Rows, c.Columns, 1.0 / c.Stride, c.Samples, true);
            read.sum().backward();
            return Comparison.Same("result", read, zeros_like(read), new Tolerance(0, 0)).Then(() => Comparison.Same("gradient", x.grad!, zeros_like(x), new Tolerance(0, 0)));
        }) with { Cases = 20 },
    ];

    /// <summary>Boxes of at least a pixel inside a map of 8x8, off its outer pixels.</summary>
    private static (Tensor Boxes, Tensor Images) Inside(RegionsCase c)
    {
        using var generator = new Generator((ulong)c.Seed, CPU);
        var low = 1 + 2.5 * rand([c.R, 2], dtype: ScalarType.Float64, generator: generator);
        var high = low + 1 + 2 * rand([c.R, 2], dtype: ScalarType.Float64, generator: generator);
        return (cat([low, high], 1) * c.Stride, zeros(c.R, dtype: ScalarType.Int64));
    }
}
