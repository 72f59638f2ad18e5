using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

/// <summary>One answer for every pixel: of what kind it is, and of which thing.</summary>
/// <param name="Categories">Things' classes in [0, K), then the others' in [K, K + S), or void, <c>[H, W]</c>, int64.</param>
/// <param name="Numbers">Things counted from 1, surest first, 0 for what is not counted, <c>[H, W]</c>, int64.</param>
public sealed record PanopticMap(Tensor Categories, Tensor Numbers);

public static partial class Region
{
    /// <summary>Puts objects and a label map together, so that every pixel belongs to one segment at most.</summary>
    /// <remarks>
    /// <para>Rule: objects with a score of <paramref name="leastScore"/> or more, surest first (of equals the first), take those of their pixels that no surer one
    /// has; one that has lost more than a share <paramref name="overlap"/> of its pixels is left out whole. What is left goes to the regions of the
    /// label map; those with fewer than <paramref name="leastArea"/> pixels there become void, and so do pixels that the label map gives to things, but no
    /// object took.</para>
    /// <para>Gradient: none. Where score and depth disagree the nearer object may lose pixels: the rule knows no depth.</para>
    /// <para>Conventions: those of Detectron2, with thresholds of ½ and 4096 pixels for pictures of 800x1300. Oracle: pixel by pixel. Source: Kirillov et al.
    /// 2019, "Panoptic Segmentation", section 7.2, and "Panoptic Feature Pyramid Networks", section 3.1.</para>
    /// </remarks>
    /// <param name="masks">Objects, <c>[D, H, W]</c>, boolean.</param>
    /// <param name="labels">Their classes in [0, K), <c>[D]</c>, int64.</param>
    /// <param name="scores">How sure each is, <c>[D]</c>, floating point.</param>
    /// <param name="semantic">0 for things, 1 to S for the others, <c>[H, W]</c>, int64.</param>
    /// <param name="things">K, how many classes of things there are, positive.</param>
    /// <param name="others">S, how many other classes there are, not negative.</param>
    /// <param name="leastScore">In [0, 1].</param>
    /// <param name="overlap">The share of its pixels that an object may lose, in [0, 1].</param>
    /// <param name="leastArea">The least area of a region that cannot be counted, in pixels, not negative.</param>
    /// <param name="voidCategory">The category of pixels of no segment.</param>
    /// <returns>Categories and numbers, for <see cref="Metrics.Metric.PanopticQuality"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above, or (on the CPU) a label outside.</exception>
    public static PanopticMap MergePanoptic(
        Tensor masks, Tensor labels, Tensor scores, Tensor semantic, long things, long others, double leastScore = 0.5, double overlap = 0.5,
        long leastArea = 4096, long voidCategory = 255)
    {
        Require.Mask(masks);
        if (masks.shape is not [var D, > 0 and var H, > 0 and var W])
            throw Require.BadShape(masks, "[D, H, W], no side 0");
        Require.Positive(things);
        Require.NotNegative(others);
        BoxShapes.RequireLabels(labels, D, things);
        Require.FloatingPoint(scores);
        Require.Shape(scores, [D]);
        Require.SameDevice(scores, masks);
        BoxShapes.RequireIndices(semantic, [H, W], others + 1, "class indices");
        Require.SameDevice(semantic, masks);
        if (leastScore is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(leastScore), leastScore, "Must be in [0, 1].");
        if (overlap is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "Must be in [0, 1].");
        Require.NotNegative(leastArea);

        using var scope = NewDisposeScope();
        var order = scores.detach().sort(0, descending: true, stable: true).Indices;
        var (surest, kinds, sure) = (masks.index_select(0, order), labels.index_select(0, order), scores.detach().index_select(0, order) >= leastScore);
        var numbers = zeros_like(semantic);
        var categories = full_like(semantic, voidCategory);
        var count = zeros([], dtype: ScalarType.Int64, device: masks.device);
        for (var d = 0L; d < D; d++)
        {
            var free = surest[d].logical_and(numbers == 0);
            var (area, left) = (surest[d].sum().to(ScalarType.Float64), free.sum());
            var taken = sure[d].logical_and(left > 0).logical_and((area - left) <= overlap * area);
            count = count + taken.to(ScalarType.Int64);
            free = free.logical_and(taken);
            numbers = where(free, count, numbers);
            categories = where(free, kinds[d], categories);
        }
        for (var s = 1; s <= others; s++)
        {
            var free = (semantic == s).logical_and(numbers == 0);
            categories = where(free.logical_and(free.sum() >= leastArea), full_like(categories, things + s - 1), categories);
        }
        return new(categories.MoveToOuterDisposeScope(), numbers.MoveToOuterDisposeScope());
    }
}
