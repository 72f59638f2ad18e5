using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>Puts small masks back into the image, each stretched over its box.</summary>
    /// <remarks>
    /// <para>Formula: the middle of image pixel x, <c>x + ½</c>, lies at <c>s = (x + ½ - left)/(right - left)·N - ½</c> of a mask with N columns; rows
    /// likewise. Between the mask's pixels the value is their bilinear mix, outside them it falls to 0 within one of them: each pixel n
    /// counts by <c>max(0, 1 - |s - n|)</c>. So a mask is two small products, <c>Y·m·Xᵀ</c>.</para>
    /// <para>Gradient: through the masks, by the transposed products; boxes are looked at as constants. Numerics: places in double precision.
    /// A box without width or height has no pixels.</para>
    /// <para>Threshold the result (at ½, of probabilities), not the small mask: edges then run between its pixels.</para>
    /// <para>Convention: Detectron2's. torchvision widens mask and box by a pixel and rounds the box. Library op: <c>grid_sample</c>.
    /// Source: He et al. 2017, section 3.1.</para>
    /// </remarks>
    /// <param name="masks">Small masks, <c>[R, M, N]</c>, floating point.</param>
    /// <param name="boxes">Left, top, right, bottom in pixels, <c>[R, 4]</c>, floating point.</param>
    /// <param name="height">The image's height, positive.</param>
    /// <param name="width">The image's width, positive.</param>
    /// <returns><c>[R, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor PasteMasks(Tensor masks, Tensor boxes, long height, long width)
    {
        Require.FloatingPoint(masks);
        if (masks.shape is not [var R, > 0, > 0])
            throw Require.BadShape(masks, "[R, M, N] with M, N >= 1");
        BoxShapes.RequireBoxes(boxes);
        Require.Shape(boxes, [R, 4]);
        Require.SameDevice(boxes, masks);
        BoxShapes.RequireSize(height, width);

        using var scope = NewDisposeScope();
        var sides = boxes.detach().to(ScalarType.Float64);
        var down = Shares(sides.select(1, 1), sides.select(1, 3), height, masks.size(1));        // [R, H, M]
        var across = Shares(sides.select(1, 0), sides.select(1, 2), width, masks.size(2));       // [R, W, N]
        return down.bmm(masks).bmm(across.transpose(1, 2)).MoveToOuterDisposeScope();

        Tensor Shares(Tensor low, Tensor high, long pixels, long cells)
        {
            var middle = arange(pixels, dtype: ScalarType.Float64, device: masks.device) + 0.5;
            var size = (high - low).unsqueeze(1);
            var place = (middle - low.unsqueeze(1)) / size * cells - 0.5;                       // [R, pixels]
            var cell = arange(cells, dtype: ScalarType.Float64, device: masks.device);
            var share = (1 - (place.unsqueeze(2) - cell).abs()).clamp(min: 0);
            return where((size > 0).unsqueeze(2), share, zeros_like(share)).nan_to_num(0).to(masks.dtype);
        }
    }
}
