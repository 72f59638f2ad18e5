using static TorchSharp.torch;

namespace Lab.Data.Augmentation;

/// <summary>For every pixel of the result, the place in the picture that it shows.</summary>
internal sealed class SourcePixels
{
    // A middle that lies on the edge of two pixels by calculation is inside by intention.
    private const double Rounding = 1e-9;
    private readonly int height, width;
    private readonly Tensor x, y, inside;

    public SourcePixels(AffineMap back, int height, int width, int rows, int columns, Device device)
    {
        (this.height, this.width) = (height, width);
        var across = (arange(columns, dtype: ScalarType.Float64, device: device) + 0.5).unsqueeze(0);      // [1, W']
        var down = (arange(rows, dtype: ScalarType.Float64, device: device) + 0.5).unsqueeze(1);           // [H', 1]
        x = back.Xx * across + back.Xy * down + back.X0;                                                   // [H', W']
        y = back.Yx * across + back.Yy * down + back.Y0;
        inside = (x >= -Rounding).logical_and(y >= -Rounding).logical_and(x <= width + Rounding).logical_and(y <= height + Rounding);
    }

    /// <summary>The nearest pixel's value, <c>[..., H', W']</c>; <paramref name="outside"/> where there is none.</summary>
    public Tensor Nearest(Tensor map, double outside)
    {
        var place = Place((x + Rounding).floor(), (y + Rounding).floor());
        return Take(map, place).masked_fill(inside.logical_not(), outside);
    }

    /// <summary>The mean of the four pixels around, by nearness; at the border the outermost pixel goes on. 0 outside.</summary>
    public Tensor Between(Tensor image)
    {
        var (u, v) = (x - 0.5, y - 0.5);                                                                   // between the middles of pixels
        var (left, top) = ((u + Rounding).floor(), (v + Rounding).floor());
        var (s, t) = ((u - left).clamp(0, 1), (v - top).clamp(0, 1));
        var sum = Part(left, top, (1 - s) * (1 - t)) + Part(left + 1, top, s * (1 - t))
            + Part(left, top + 1, (1 - s) * t) + Part(left + 1, top + 1, s * t);
        return sum.masked_fill(inside.logical_not(), 0).to(image.dtype);

        Tensor Part(Tensor column, Tensor row, Tensor weight) => weight * Take(image, Place(column, row)).to(ScalarType.Float64);
    }

    private Tensor Place(Tensor column, Tensor row) =>
        (row.clamp(0, height - 1) * width + column.clamp(0, width - 1)).to(ScalarType.Int64);

    private static Tensor Take(Tensor map, Tensor place) =>
        map.flatten(-2, -1).index_select(-1, place.reshape(-1)).reshape([.. map.shape[..^2], .. place.shape]);
}
