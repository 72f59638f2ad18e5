using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>Heatmaps: one map per keypoint, high where the keypoint is. Targets are made from points, points read from maps.</summary>
public static partial class Heatmap
{
    /// <summary>Reads each keypoint as the highest pixel of its heatmap.</summary>
    /// <remarks>
    /// <para>Formula: the first (x, y) with the largest <c>h[y, x]</c>. Whole pixels: on a heatmap of a quarter of the image's side it is
    /// wrong by an image pixel on average along each axis, however good the map is.</para>
    /// <para>Where the peak stays below the threshold nothing is found: an answer for a keypoint that is hidden.</para>
    /// <para>Gradient: none; a place among pixels does not change by little. Oracle: loops over all pixels.</para>
    /// </remarks>
    /// <param name="heatmaps">h, <c>[B, K, H, W]</c>, floating point: probabilities, or whatever the threshold speaks of.</param>
    /// <param name="threshold">The lowest peak that counts.</param>
    /// <returns>Points, scores, and which were found.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or a threshold that is not a number.</exception>
    public static Keypoints PeakPixel(Tensor heatmaps, double threshold = 0.5)
    {
        RequireHeatmaps(heatmaps, threshold);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return new Peaks(Peaks.Precise(heatmaps)).Moved(null, null, threshold, heatmaps.dtype);
    }

    private static void RequireHeatmaps(Tensor heatmaps, double threshold)
    {
        ImageShapes.RequireImages(heatmaps);
        if (double.IsNaN(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be a number.");
    }
}
