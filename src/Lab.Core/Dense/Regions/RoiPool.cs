using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>The greatest value in each cell of a grid inside each box, the box and its cells rounded to whole pixels.</summary>
    /// <remarks>
    /// <para>Formula: left, top, right and bottom times scale are rounded (½ away from 0); the box covers those pixels, both ends among
    /// them, at least one. Cell i of n of a side of m pixels has pixels <c>⌊i·m/n⌋</c> to <c>⌈(i + 1)·m/n⌉ - 1</c> from the box's first;
    /// its result is the greatest of those inside the map, 0 where there is none.</para>
    /// <para>All boxes that round to the same pixels read the same: up to half a pixel of the map, 16 pixels of the image at stride 32, is lost.
    /// That does for classes; masks come out displaced. <see cref="RoiAlign"/> is the cure.</para>
    /// <para>Gradient: to the greatest pixel; equal ones share it. Numerics: cells in whole numbers. Memory: R copies of a map: to compare
    /// with, not to train large networks on.</para>
    /// <para>Oracle: cell by cell. Source: Girshick 2015 (Fast R-CNN), section 2.1; torchvision's <c>roi_pool</c>.</para>
    /// </remarks>
    /// <param name="features"><c>[B, C, H, W]</c>, floating point.</param>
    /// <param name="boxes">Left, top, right, bottom in pixels of the image, <c>[R, 4]</c>, floating point.</param>
    /// <param name="images">In which image each box is, in [0, B), <c>[R]</c>, int64.</param>
    /// <param name="height">Rows of each grid, positive.</param>
    /// <param name="width">Columns of each grid, positive.</param>
    /// <param name="scale">Pixels of the map for one of the image, positive: 1/stride.</param>
    /// <returns><c>[R, C, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor RoiPool(Tensor features, Tensor boxes, Tensor images, long height, long width, double scale = 1)
    {
        RequireRegions(features, boxes, images, height, width, scale);

        using var scope = NewDisposeScope();
        var placed = boxes.detach().to(ScalarType.Float64) * scale;
        placed = placed.nan_to_num(-1e9, 1e9, -1e9).clamp(-1e9, 1e9);           // whole numbers end somewhere
        var whole = (placed.sign() * (placed.abs() + 0.5).floor()).to(ScalarType.Int64);
        var rows = Cells(whole.select(1, 1), whole.select(1, 3), height, features.size(2));
        var columns = Cells(whole.select(1, 0), whole.select(1, 2), width, features.size(3));

        var maps = features.index_select(0, images);                            // [R, C, H, W]
        var tall = stack([.. Split(rows, height).Select(cell => Greatest(maps, cell.reshape(-1, 1, features.size(2), 1), 2))], 2);
        var greatest = stack([.. Split(columns, width).Select(cell => Greatest(tall, cell.reshape(-1, 1, 1, features.size(3)), 3))], 3);
        var filled = rows.any(2).unsqueeze(2).logical_and(columns.any(2).unsqueeze(1)).unsqueeze(1);     // [R, 1, height, width]
        return greatest.masked_fill(filled.logical_not(), 0).MoveToOuterDisposeScope();

        static IEnumerable<Tensor> Split(Tensor cells, long count) => Enumerable.Range(0, (int)count).Select(i => cells.select(1, i));

        static Tensor Greatest(Tensor maps, Tensor cell, long dim) => maps.masked_fill(cell.logical_not(), double.NegativeInfinity).amax([dim]);
    }

    /// <summary>Which pixels each cell covers, <c>[R, cells, pixels]</c>.</summary>
    private static Tensor Cells(Tensor first, Tensor last, long cells, long pixels)
    {
        var side = (last - first + 1).clamp(min: 1).unsqueeze(1);               // [R, 1]
        var cell = arange(cells, dtype: ScalarType.Int64, device: first.device);
        var from = first.unsqueeze(1) + (cell * side).div(cells, RoundingMode.floor);
        var to = first.unsqueeze(1) - (-(cell + 1) * side).div(cells, RoundingMode.floor);      // ⌈a/b⌉ = -⌊-a/b⌋
        var pixel = arange(pixels, dtype: ScalarType.Int64, device: first.device);
        return (pixel >= from.unsqueeze(2)).logical_and(pixel < to.unsqueeze(2));
    }
}
