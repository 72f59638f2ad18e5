using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class Heatmap
{
    /// <summary>Reads each keypoint as the mean place under a softmax over its map: between pixels, and with a gradient.</summary>
    /// <remarks>
    /// <para>Formula: <c>(x, y) = Σ p[v, u]·(u, v)</c> with <c>p = softmax(z/τ)</c> over all pixels; the integral of a heatmap.</para>
    /// <para>Gradient: <c>p[v, u]·(u - x)/τ</c>. It can be trained by the distance to the true point alone, without target maps.</para>
    /// <para>It is a mean of the whole map: a second peak draws it away, and with a wide p the middle of the map does. A low τ makes
    /// p narrow and the place that of the highest pixel. Every map has a mean: whether the keypoint is there at all must
    /// be asked elsewhere.</para>
    /// <para>Numerics: as <c>softmax</c>. Oracle: sums over plain doubles. Source: Sun et al. 2018, "Integral Human Pose
    /// Regression".</para>
    /// </remarks>
    /// <param name="logits">z, <c>[B, K, H, W]</c>, floating point.</param>
    /// <param name="temperature">τ, positive.</param>
    /// <returns>x and y in pixels of the map, <c>[B, K, 2]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or temperature other than those above.</exception>
    public static Tensor SoftArgmax(Tensor logits, double temperature = 1)
    {
        ImageShapes.RequireImages(logits);
        Require.Positive(temperature);

        using var scope = NewDisposeScope();
        var p = (logits / temperature).flatten(2).softmax(2).reshape(logits.shape);
        var columns = arange(logits.size(3), dtype: logits.dtype, device: logits.device);
        var rows = arange(logits.size(2), dtype: logits.dtype, device: logits.device);
        var x = (p.sum(2) * columns).sum(2);                                    // [B, K]
        var y = (p.sum(3) * rows).sum(2);
        return stack([x, y], -1).MoveToOuterDisposeScope();
    }
}
