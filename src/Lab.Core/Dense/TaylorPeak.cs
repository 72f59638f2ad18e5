using Lab.Core.Runtime;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Core.Dense;

public static partial class Heatmap
{
    /// <summary>Reads each keypoint between pixels, from how the logarithm of its peak bends: DARK.</summary>
    /// <remarks>
    /// <para>Formula: around the highest pixel m, <c>log h</c> is taken for a parabola with slope g and curvature A (central differences of
    /// neighbours); its top is at <c>m - A⁻¹·g</c>. The logarithm of a Gaussian is a parabola, so the place of a Gaussian peak
    /// comes out exactly, whatever its width.</para>
    /// <para>A network's peaks are ragged: with <paramref name="blur"/> above 0 the map is first smoothed by a Gaussian of that standard
    /// deviation, best that of the targets.</para>
    /// <para>Numerics: heights below 1e-10 count as that. At the border, and where the map does not bend down in every direction, the
    /// peak stays at its pixel; it never moves more than a pixel along an axis. Half precision is computed in single.</para>
    /// <para>Gradient: none. Oracle: the same in loops over plain doubles. Source: Zhang et al. 2020, "Distribution-Aware Coordinate
    /// Representation for Human Pose Estimation", section 3.2.</para>
    /// </remarks>
    /// <param name="heatmaps">h, <c>[B, K, H, W]</c>, floating point, not negative: probabilities, not logits.</param>
    /// <param name="threshold">The lowest peak that counts, of the map as it is.</param>
    /// <param name="blur">Standard deviation in pixels, not negative; 0 leaves the map as it is.</param>
    /// <returns>Points, scores, and which were found.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above, or (on the CPU) a height below 0.</exception>
    public static Keypoints TaylorPeak(Tensor heatmaps, double threshold = 0.5, double blur = 0)
    {
        RequireHeatmaps(heatmaps, threshold);
        Require.NotNegative(heatmaps);
        Require.NotNegative(blur);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var maps = Peaks.Precise(heatmaps);
        var peaks = new Peaks(maps);
        var logs = (blur > 0 ? Blurred(maps, blur) : maps).clamp(min: 1e-10).log();
        var middle = Around(0, 0);
        var gx = (Around(1, 0) - Around(-1, 0)) / 2;
        var gy = (Around(0, 1) - Around(0, -1)) / 2;
        var xx = Around(1, 0) - 2 * middle + Around(-1, 0);
        var yy = Around(0, 1) - 2 * middle + Around(0, -1);
        var xy = (Around(1, 1) - Around(-1, 1) - Around(1, -1) + Around(-1, -1)) / 4;
        var determinant = xx * yy - xy * xy;
        var isTop = (xx < 0).logical_and(determinant > 1e-6).logical_and(peaks.InsideX).logical_and(peaks.InsideY);
        var safe = determinant.masked_fill(isTop.logical_not(), 1);
        return peaks.Moved(Offset(xy * gy - yy * gx), Offset(xy * gx - xx * gy), threshold, heatmaps.dtype);

        Tensor Around(long right, long below) => peaks.At(logs, right, below);

        Tensor Offset(Tensor times) => (times / safe).clamp(-1, 1).masked_fill(isTop.logical_not(), 0);
    }

    /// <summary>Smoothed along rows, then along columns; what is outside counts as 0.</summary>
    private static Tensor Blurred(Tensor maps, double deviation)
    {
        var reach = (long)Math.Ceiling(3 * deviation);
        var away = arange(-reach, reach + 1, dtype: ScalarType.Float64);
        var bell = (-away.square() / (2 * deviation * deviation)).exp();
        var weight = (bell / bell.sum()).to(maps.dtype, maps.device).reshape(1, 1, 1, -1);
        var each = maps.reshape(-1, 1, maps.size(2), maps.size(3));
        var rows = F.conv2d(each, weight, padding: [0, reach]);
        return F.conv2d(rows, weight.transpose(2, 3), padding: [reach, 0]).reshape(maps.shape);
    }
}
