using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>How sums over all pairs of pixels are computed.</summary>
public enum PairSums
{
    /// <summary>Positions by <see cref="GaussianFilter.Separable"/> (exactly), all else by <see cref="GaussianFilter.PermutohedralLattice"/>.</summary>
    Fast,

    /// <summary>By <see cref="GaussianFilter.AllPairs"/>: to measure and to teach.</summary>
    Exact,
}

/// <summary>Which pixels talk to each other in a dense CRF: <c>k(i, j) = exp(-½·|f_i - f_j|²)</c>, with features f of each pixel.</summary>
/// <remarks>A kernel made of images belongs with their batch, and lives as long as they do. It has no gradient in them.</remarks>
public sealed class PixelKernel
{
    private readonly Func<Tensor, Tensor> features;
    private readonly double? spread;

    private PixelKernel(Func<Tensor, Tensor> features, double? spread = null) => (this.features, this.spread) = (features, spread);

    /// <summary>Pixels that are near: labels are the same over a few pixels.</summary>
    /// <param name="spread">The standard deviation of positions, θ_γ, in pixels; positive.</param>
    /// <exception cref="ArgumentException">A spread that is not positive.</exception>
    public static PixelKernel Smoothness(double spread)
    {
        Require.Positive(spread);
        return new(like => Positions(like) / spread, spread);
    }

    /// <summary>Pixels that are near and have like colours: labels change where colours do.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>, floating point: the pictures that the logits are of, in any unit.</param>
    /// <param name="spread">The standard deviation of positions, θ_α, in pixels; positive.</param>
    /// <param name="colourSpread">The standard deviation of each channel, θ_β, in the images' unit; positive.</param>
    /// <exception cref="ArgumentException">A shape, dtype or spread other than those above.</exception>
    public static PixelKernel Appearance(Tensor images, double spread, double colourSpread)
    {
        ImageShapes.RequireImages(images);
        Require.Positive(spread);
        Require.Positive(colourSpread);
        return new(like =>
        {
            RequirePixels(images, like, nameof(images));
            return cat([Positions(like) / spread, images.detach() / colourSpread], 1);
        });
    }

    /// <summary>Pixels that are alike in features of any kind: embeddings, depths, times.</summary>
    /// <param name="features"><c>[B, D, H, W]</c>, floating point, in standard deviations of the kernel.</param>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static PixelKernel Over(Tensor features)
    {
        ImageShapes.RequireImages(features);
        return new(like =>
        {
            RequirePixels(features, like, nameof(features));
            return features.detach();
        });
    }

    /// <summary>The features of all pixels of logits: what the kernel's exponent is made of.</summary>
    /// <param name="logits"><c>[B, K, H, W]</c>; their shape, dtype and device matter, their numbers do not.</param>
    /// <returns><c>[B, D, H, W]</c>, in standard deviations.</returns>
    /// <exception cref="ArgumentException">Logits of other pixels, dtype or device than the kernel's images.</exception>
    public Tensor Features(Tensor logits) => features(logits);

    /// <summary>
    /// The sums over all other pixels, symmetrically normalised: <c>q -> Σ_{j≠i} k(i, j)/√(n_i·n_j)·q_j</c> with <c>n_i = Σ_j k(i, j)</c>. It is
    /// prepared once, in the scope of the caller, for any number of runs on maps <c>[B, C, H, W]</c>.
    /// </summary>
    internal Func<Tensor, Tensor> Sums(Tensor logits, PairSums how)
    {
        var filter = Filter(logits, how);
        var total = filter(ones_like(logits.detach().narrow(1, 0, 1)));
        var scale = total.rsqrt();
        var own = total.clamp(max: 1) / total;              // k(i, i)/n_i; on a lattice k(i, i) may be less than 1 where no other pixel is near
        return q => scale * filter(scale * q) - own * q;
    }

    private Func<Tensor, Tensor> Filter(Tensor logits, PairSums how)
    {
        if (how == PairSums.Fast && spread is { } pixels)
        {
            Features(logits);
            return q => GaussianFilter.Separable(q, pixels);
        }
        var points = Features(logits);
        if (how == PairSums.Fast)
            return Lattice.Of(points).Filter;
        if (!GaussianFilter.FitsAtOnce(points))
            return q => GaussianFilter.AllPairs(q, points);
        var weights = GaussianFilter.Kernel(points.flatten(2), points.flatten(2));
        return q => q.flatten(2).matmul(weights).reshape(q.shape);
    }

    /// <summary>Rows and columns of every pixel, <c>[B, 2, H, W]</c>.</summary>
    private static Tensor Positions(Tensor like)
    {
        var (height, width) = (like.size(2), like.size(3));
        var rows = arange(height, dtype: like.dtype, device: like.device).reshape(1, 1, -1, 1).expand(like.size(0), 1, height, width);
        var columns = arange(width, dtype: like.dtype, device: like.device).expand(like.size(0), 1, height, width);
        return cat([rows, columns], 1);
    }

    private static void RequirePixels(Tensor tensor, Tensor logits, string name)
    {
        if (tensor.size(0) != logits.size(0) || tensor.size(2) != logits.size(2) || tensor.size(3) != logits.size(3))
            throw Require.BadShape(tensor, $"[{logits.size(0)}, C, {logits.size(2)}, {logits.size(3)}], the pixels of the logits", name);
        Require.SameDtype(tensor, logits, name, "the logits");
        Require.SameDevice(tensor, logits, name, "the logits");
    }
}
