using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class Heatmap
{
    /// <summary>Draws the heatmaps that keypoints should have: a Gaussian hill around each.</summary>
    /// <remarks>
    /// <para>Formula: <c>h[v, u] = exp(-((u - x)² + (v - y)²) / 2σ²)</c>. The hill stands at the point itself, between pixels, not at the
    /// nearest pixel: rounding it would teach the network a place that is wrong by up to half a pixel.</para>
    /// <para>A keypoint that is not visible, not a number or outside the image has a map of zeros: nothing is to be found there.</para>
    /// <para>Gradient: none is wanted in targets, but there is one in the points. Oracle: pixel by pixel in plain doubles. Source:
    /// Tompson et al. 2014; Zhang et al. 2020, section 3.3, for hills between pixels.</para>
    /// </remarks>
    /// <param name="points">x and y in pixels of the map, <c>[B, K, 2]</c>, floating point; the middle of the first pixel is (0, 0).</param>
    /// <param name="height">H, positive.</param>
    /// <param name="width">W, positive.</param>
    /// <param name="deviation">σ in pixels of the map, positive; 1 to 3 are usual.</param>
    /// <param name="visible">Which keypoints count, <c>[B, K]</c>, bool; null means all.</param>
    /// <returns>Heights from 0 to 1, <c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static Tensor GaussianTargets(Tensor points, long height, long width, double deviation = 2, Tensor? visible = null)
    {
        Require.FloatingPoint(points);
        if (points.shape is not [var b, var k, 2])
            throw Require.BadShape(points, "[B, K, 2]");
        Require.Positive(height);
        Require.Positive(width);
        Require.Positive(deviation);
        if (visible is not null)
        {
            Require.Mask(visible);
            Require.Shape(visible, [b, k]);
            Require.SameDevice(visible, points);
        }

        using var scope = NewDisposeScope();
        var (x, y) = (points.select(2, 0), points.select(2, 1));                // [B, K]
        var there = (x >= -0.5).logical_and(x < width - 0.5).logical_and(y >= -0.5).logical_and(y < height - 0.5);
        if (visible is not null)
            there = there.logical_and(visible);
        var away = there.logical_not();
        var columns = arange(width, dtype: points.dtype, device: points.device);
        var rows = arange(height, dtype: points.dtype, device: points.device).unsqueeze(1);
        var distance = (columns - Each(x)).square() + (rows - Each(y)).square();
        return ((-distance / (2 * deviation * deviation)).exp() * Each(there.to(points.dtype))).MoveToOuterDisposeScope();

        Tensor Each(Tensor t) => t.masked_fill(away, 0).reshape(b, k, 1, 1);
    }
}
