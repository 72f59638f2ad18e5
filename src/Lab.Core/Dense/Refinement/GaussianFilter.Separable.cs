using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class GaussianFilter
{
    /// <summary>The Gaussian filter in pixels' positions: all pairs of pixels, exactly, in two matrix products.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[i, j] = Σ_u Σ_v exp(-½·((i - u)² + (j - v)²)/σ²)·x[u, v]</c>. The exponential of a sum is a product, so the rows
    /// can be summed before the columns: <c>G_H·x·G_W</c> with <c>G[i, u] = exp(-½·((i - u)/σ)²)</c>. Not normalised, not cut off: the
    /// weights of a pixel in the middle sum to about <c>2π·σ²</c>.</para>
    /// <para>Gradient: the same filter of the gradient from above.</para>
    /// <para>Oracle: the sum over all pairs of pixels.</para>
    /// </remarks>
    /// <param name="images"><c>[..., H, W]</c> with H and W >= 1, floating point.</param>
    /// <param name="spread">The standard deviation σ in pixels, positive.</param>
    /// <returns>Sums, the shape of <paramref name="images"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or spread other than those above.</exception>
    public static Tensor Separable(Tensor images, double spread)
    {
        Require.FloatingPoint(images);
        if (images.shape is not [.., > 0, > 0])
            throw Require.BadShape(images, "[..., H, W] with H, W >= 1");
        Require.Positive(spread);

        using var scope = NewDisposeScope();
        return Along(images.size(-2)).matmul(images).matmul(Along(images.size(-1))).MoveToOuterDisposeScope();

        Tensor Along(long side)
        {
            var places = arange(side, dtype: ScalarType.Float64, device: images.device) / spread;
            return (-0.5 * (places.unsqueeze(1) - places).square()).exp().to(images.dtype);
        }
    }
}
