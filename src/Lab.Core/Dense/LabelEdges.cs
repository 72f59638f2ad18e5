using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>Where the classes of a label map meet.</summary>
public static class LabelEdges
{
    /// <summary>How strong the edge between classes is at each pixel, by Sobel's filter.</summary>
    /// <remarks>
    /// <para>Formula: the length <c>√(gx² + gy²) / 4</c> of the gradient of each class's map of 0 and 1, with
    /// <c>gx = [-1 0 1; -2 0 2; -1 0 1] * map</c> and gy its transpose; the greatest over the classes, at most 1. A straight edge has
    /// strength 1 on both its sides.</para>
    /// <para>Beyond the map's border its outermost pixels go on; an ignored pixel counts as what the pixel is that looks at it. So neither
    /// makes an edge.</para>
    /// <para>A line of one pixel's width has strength 0 in its middle, and 1 beside it: the filter is blind to it there.</para>
    /// <para>Gradient: none. Oracle: sums over neighbours, pixel by pixel. Source: Sobel and Feldman 1968.</para>
    /// </remarks>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, H, W]</c>, int64.</param>
    /// <param name="classes">K, at least 1.</param>
    /// <param name="ignoreIndex">The target that is no class: strength 0.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <returns>Strengths in <c>[0, 1]</c>, <c>[B, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or count other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor Sobel(
        Tensor targets, long classes, long ignoreIndex = Losses.Loss.DefaultIgnoreIndex, ScalarType dtype = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Must be positive.");
        Require.ClassIndices(targets, classes, ignoreIndex);
        if (targets.dim() != 3)
            throw Require.BadShape(targets, "[B, H, W]");
        if (dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"dtype must be Float32 or Float64, got {dtype}.", nameof(dtype));

        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;
        var strongest = zeros(targets.shape, dtype: dtype, device: targets.device);
        for (var k = 0L; k < classes && targets.numel() > 0; k++)
        {
            using var step = NewDisposeScope();
            var square = Square(targets == k, ignored, dtype);
            strongest.copy_(maximum(strongest, square));
        }
        return (strongest.sqrt() / 4).clamp(max: 1).masked_fill(ignored, 0).MoveToOuterDisposeScope();
    }

    /// <summary>gx² + gy² of one class's map.</summary>
    private static Tensor Square(Tensor region, Tensor ignored, ScalarType dtype)
    {
        var here = region.to(dtype);
        var (around, counts) = (Padded(here), Padded(ignored.logical_not().to(dtype)));
        var (gx, gy) = (zeros_like(here), zeros_like(here));
        for (var dy = -1; dy <= 1; dy++)
            for (var dx = -1; dx <= 1; dx++)
            {
                var difference = (Shifted(around, dy, dx) - here) * Shifted(counts, dy, dx);
                gx = gx + dx * (2 - Math.Abs(dy)) * difference;
                gy = gy + dy * (2 - Math.Abs(dx)) * difference;
            }
        return gx.square() + gy.square();

        Tensor Shifted(Tensor padded, int dy, int dx) =>
            padded.narrow(1, 1 + dy, region.size(1)).narrow(2, 1 + dx, region.size(2));
    }

    /// <summary>One more row and column on each side, like the outermost.</summary>
    private static Tensor Padded(Tensor map)
    {
        var wide = cat([map.narrow(2, 0, 1), map, map.narrow(2, map.size(2) - 1, 1)], 2);
        return cat([wide.narrow(1, 0, 1), wide, wide.narrow(1, wide.size(1) - 1, 1)], 1);
    }
}
