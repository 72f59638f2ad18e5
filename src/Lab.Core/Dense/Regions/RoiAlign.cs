using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>Reads a small grid of features inside each box, between pixels where the box lies between pixels.</summary>
    /// <remarks>
    /// <para>Formula: a box, brought to the map by <c>·scale - ½</c> (a pixel's value sits in its middle), is cut into height x width cells,
    /// and each cell's result is the mean of the map at samples² places, evenly spread in it. A place between pixels is the bilinear mix
    /// of the four around it. Up to half a pixel beyond the outer pixels' middles, and half a pixel more, the outermost pixel answers;
    /// farther out it is 0.</para>
    /// <para>Nothing is rounded: a box moved by a tenth of a pixel reads other values. That is what masks need; see
    /// <see cref="RoiPool"/> for what was before.</para>
    /// <para>Gradient: to the four pixels of each place by their weights, in the features alone: boxes are looked at as constants.</para>
    /// <para>Numerics: places in double precision. Memory: R·C·height·width·samples² numbers. A box that is no number gives 0.</para>
    /// <para>Conventions: those of Detectron2's ROIAlign and torchvision's <c>roi_align</c> with <c>aligned</c>, and a fixed number of
    /// samples. Not <paramref name="aligned"/>, as in the first version and torchvision's Mask R-CNN: no ½ is taken away, which reads half a
    /// pixel too far right and down, and sides shorter than a pixel count as one.</para>
    /// <para>Oracle: every place of every box by itself, in plain doubles. Source: He et al. 2017 (Mask R-CNN), section 3.</para>
    /// </remarks>
    /// <param name="features"><c>[B, C, H, W]</c>, floating point.</param>
    /// <param name="boxes">Left, top, right, bottom in pixels of the image, <c>[R, 4]</c>, floating point.</param>
    /// <param name="images">In which image each box is, in [0, B), <c>[R]</c>, int64.</param>
    /// <param name="height">Rows of each grid, positive.</param>
    /// <param name="width">Columns of each grid, positive.</param>
    /// <param name="scale">Pixels of the map for one of the image, positive: 1/stride.</param>
    /// <param name="samples">Places along each side of a cell, positive.</param>
    /// <param name="aligned">Whether pixels' values sit in their middles.</param>
    /// <returns><c>[R, C, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor RoiAlign(
        Tensor features, Tensor boxes, Tensor images, long height, long width, double scale = 1, long samples = 2, bool aligned = true)
    {
        RequireRegions(features, boxes, images, height, width, scale);
        Require.Positive(samples);

        using var scope = NewDisposeScope();
        var (B, C, H, W) = (features.size(0), features.size(1), features.size(2), features.size(3));
        var placed = boxes.detach().to(ScalarType.Float64) * scale - (aligned ? 0.5 : 0);
        var low = placed[.., ..2];
        var size = aligned ? placed[.., 2..] - low : (placed[.., 2..] - low).clamp(min: 1);
        var columns = Along(low.select(1, 0), size.select(1, 0), width, W);     // [R, width·samples] each
        var rows = Along(low.select(1, 1), size.select(1, 1), height, H);

        var pixels = features.permute(0, 2, 3, 1).reshape(B * H * W, C);        // a pixel's channels side by side
        var first = (images * (H * W)).reshape(-1, 1, 1);
        var read = At(rows.Low, 1 - rows.Share, columns.Low, 1 - columns.Share)
            + At(rows.Low, 1 - rows.Share, columns.High, columns.Share)
            + At(rows.High, rows.Share, columns.Low, 1 - columns.Share)
            + At(rows.High, rows.Share, columns.High, columns.Share);
        return read.reshape(-1, height, samples, width, samples, C).mean([2, 4]).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();

        (Tensor Low, Tensor High, Tensor Share, Tensor Inside) Along(Tensor start, Tensor length, long cells, long pixelsAlong)
        {
            var part = (arange(cells * samples, dtype: ScalarType.Float64, device: boxes.device) + 0.5) / (cells * samples);
            var place = start.unsqueeze(1) + length.unsqueeze(1) * part;
            var inside = (place >= -1).logical_and(place <= pixelsAlong);       // false for what is no number
            place = where(inside, place, zeros_like(place)).clamp(0, pixelsAlong - 1);
            var from = place.floor();
            var index = from.to(ScalarType.Int64);
            return (index, (index + 1).clamp(max: pixelsAlong - 1), place - from, inside);
        }

        Tensor At(Tensor row, Tensor rowShare, Tensor column, Tensor columnShare)
        {
            var places = first + row.unsqueeze(2) * W + column.unsqueeze(1);    // [R, height·samples, width·samples]
            var weights = (rowShare * rows.Inside).unsqueeze(2) * (columnShare * columns.Inside).unsqueeze(1);
            return pixels.index_select(0, places.reshape(-1)) * weights.to(features.dtype).reshape(-1, 1);
        }
    }

    private static void RequireRegions(Tensor features, Tensor boxes, Tensor images, long height, long width, double scale)
    {
        ImageShapes.RequireImages(features);
        BoxShapes.RequireBoxes(boxes);
        Require.SameDevice(boxes, features);
        BoxShapes.RequireImages(images, boxes, features.size(0));
        BoxShapes.RequireSize(height, width);
        Require.Positive(scale);
    }
}
