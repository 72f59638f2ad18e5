using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

public static partial class Region
{
    /// <summary>Which map of a pyramid each box is to be read from: the larger the box, the coarser the map.</summary>
    /// <remarks>
    /// <para>Formula: <c>k = ⌊k₀ + log2(√(w·h)/a)⌋</c>, held in [0, levels): a box of the canonical size a (ImageNet's 224 pixels) belongs to
    /// map k₀; one half as long and wide to the map before, with twice the resolution.</para>
    /// <para>Gradient: none. Numerics: in double precision, with 1e-8 added to the ratio as in Detectron2, so that half the size is half the
    /// size. A box without area, or that is no number, goes to map 0.</para>
    /// <para>Oracle: box by box, in plain doubles. Source: Lin et al. 2017 (FPN), equation 1.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom in pixels of the image, <c>[R, 4]</c>, floating point.</param>
    /// <param name="levels">How many maps, positive.</param>
    /// <param name="canonicalSize">a, in pixels of the image, positive.</param>
    /// <param name="canonicalLevel">k₀, counted from the finest map; 2 is stride 16 where the finest has stride 4.</param>
    /// <returns>Numbers of maps, <c>[R]</c>, int64.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor PyramidLevels(Tensor boxes, long levels, double canonicalSize = 224, long canonicalLevel = 2)
    {
        BoxShapes.RequireBoxes(boxes);
        Require.Positive(levels);
        Require.Positive(canonicalSize);
        Require.NotNegative(canonicalLevel);

        using var scope = NewDisposeScope();
        var exact = boxes.detach().to(ScalarType.Float64);
        var root = (exact[.., 2..] - exact[.., ..2]).clamp(min: 0).prod(1).sqrt();
        var level = (canonicalLevel + (root / canonicalSize + 1e-8).log2()).floor();
        return level.nan_to_num(0, levels, 0).clamp(0, levels - 1).to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="RoiAlign"/> on the map of a pyramid that fits each box.</summary>
    /// <remarks>
    /// <para>Each box is read from the map that <see cref="PyramidLevels"/> names, with the scale of that map.</para>
    /// <para>Gradient, numerics: those of <see cref="RoiAlign"/>. Oracle: box by box. Source: Lin et al. 2017, section 4.2.</para>
    /// </remarks>
    /// <param name="maps">From fine to coarse, <c>[B, C, H, W]</c> each, floating point.</param>
    /// <param name="strides">Pixels of the image for one of each map, positive, as many as maps.</param>
    /// <param name="boxes">Left, top, right, bottom in pixels of the image, <c>[R, 4]</c>, floating point.</param>
    /// <param name="images">In which image each box is, in [0, B), <c>[R]</c>, int64.</param>
    /// <param name="height">Rows of each grid, positive.</param>
    /// <param name="width">Columns of each grid, positive.</param>
    /// <param name="samples">Places along each side of a cell, positive.</param>
    /// <param name="canonicalSize">As for <see cref="PyramidLevels"/>.</param>
    /// <param name="canonicalLevel">As for <see cref="PyramidLevels"/>.</param>
    /// <returns><c>[R, C, height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor PyramidRoiAlign(
        IReadOnlyList<Tensor> maps, IReadOnlyList<double> strides, Tensor boxes, Tensor images, long height, long width, long samples = 2,
        double canonicalSize = 224, long canonicalLevel = 2)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count == 0)
            throw new ArgumentException("maps must hold one map or more, got none.", nameof(maps));
        RequirePositive(strides, nameof(strides));
        if (strides.Count != maps.Count)
            throw new ArgumentException($"strides must be as many as maps, {maps.Count}, got {strides.Count}.", nameof(strides));
        foreach (var map in maps)
        {
            ImageShapes.RequireImages(map, nameof(maps));
            if (map.size(0) != maps[0].size(0) || map.size(1) != maps[0].size(1))
                throw Require.BadShape(map, $"[{maps[0].size(0)}, {maps[0].size(1)}, H, W], as the first has", nameof(maps));
            Require.SameDtype(map, maps[0], nameof(maps), "the first");
            Require.SameDevice(map, maps[0], nameof(maps), "the first");
        }
        BoxShapes.RequireBoxes(boxes);
        Require.SameDevice(boxes, maps[0], likeName: nameof(maps));
        BoxShapes.RequireImages(images, boxes, maps[0].size(0));
        BoxShapes.RequireSize(height, width);
        Require.Positive(samples);

        using var scope = NewDisposeScope();
        var level = PyramidLevels(boxes, maps.Count, canonicalSize, canonicalLevel);
        var chosen = maps.Select((_, i) => (level == i).nonzero().squeeze(1)).ToArray();
        var read = maps.Select((map, i) => RoiAlign(
            map, boxes.index_select(0, chosen[i]), images.index_select(0, chosen[i]), height, width, 1 / strides[i], samples));
        return cat([.. read], 0).index_select(0, cat(chosen, 0).argsort()).MoveToOuterDisposeScope();
    }
}
