using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class Heatmap
{
    /// <summary>Reads each keypoint a quarter of a pixel from the highest pixel, towards the higher neighbour.</summary>
    /// <remarks>
    /// <para>Formula: <c>x + ¼·sign(h[y, x + 1] - h[y, x - 1])</c>, and y likewise. A peak at the border stays where it is along that
    /// axis. The true place lies in (-½, ½) around the pixel, on the side of the higher neighbour; the middle of that half is
    /// a quarter away. The largest error falls from ½ to ¼ pixel, whatever the shape of the peak.</para>
    /// <para>Gradient: none. Oracle: loops over all pixels. Source: Newell, Yang and Deng 2016, section 3.3.</para>
    /// </remarks>
    /// <param name="heatmaps">h, <c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="threshold">The lowest peak that counts.</param>
    /// <returns>Points, scores, and which were found.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or a threshold that is not a number.</exception>
    public static Keypoints QuarterOffset(Tensor heatmaps, double threshold = 0.5)
    {
        RequireHeatmaps(heatmaps, threshold);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var maps = Peaks.Precise(heatmaps);
        var peaks = new Peaks(maps);
        var dx = 0.25 * (peaks.At(maps, 1, 0) - peaks.At(maps, -1, 0)).sign() * peaks.InsideX;
        var dy = 0.25 * (peaks.At(maps, 0, 1) - peaks.At(maps, 0, -1)).sign() * peaks.InsideY;
        return peaks.Moved(dx, dy, threshold, heatmaps.dtype);
    }
}
