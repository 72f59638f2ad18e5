using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>How values between pixels are made.</summary>
public enum ResizeMode
{
    /// <summary>A weighted mean of the two nearest pixels along each side: for images, logits and heatmaps.</summary>
    Bilinear,

    /// <summary>A pixel as it is: for masks, whose numbers are names.</summary>
    Nearest,
}

/// <summary>Ops on whole images: other sizes, and the convolutions that dense outputs are made of.</summary>
public static partial class Spatial
{
    /// <summary>Brings images to another height and width.</summary>
    /// <remarks>
    /// <para>Formula, along each side by itself: output pixel i reads the input at s, bilinear as
    /// <c>(1 - t)·x[⌊s⌋] + t·x[⌊s⌋ + 1]</c> with <c>t = s - ⌊s⌋</c>. A side of n pixels that becomes m:
    /// <c>s = (i + ½)·n/m - ½</c>, held inside the image, where pixels are areas and the images' edges meet;
    /// <c>s = i·(n - 1)/(m - 1)</c> with <paramref name="alignCorners"/>, where pixels are points and those in the corners meet.
    /// Nearest: <c>x[⌊i·n/m⌋]</c>.</para>
    /// <para>Gradient: each output's goes to the pixels it was made of, by their weights: the transposed map.</para>
    /// <para>Numerics: places are computed in whole numbers and doubles. Made smaller by more than half, an image loses
    /// pixels that no output reads: blur it before.</para>
    /// <para>Which convention: the one that the network was trained with. With aligned corners the scale depends on the size by
    /// more than the ratio, (n - 1)/(m - 1): what a network learns at one size is a little off at another.</para>
    /// <para>Library op: <c>nn.functional.interpolate</c>.</para>
    /// </remarks>
    /// <param name="images"><c>[..., H, W]</c> with H and W >= 1, floating point.</param>
    /// <param name="height">The new height, positive.</param>
    /// <param name="width">The new width, positive.</param>
    /// <param name="mode">How values between pixels are made.</param>
    /// <param name="alignCorners">Which convention; bilinear only.</param>
    /// <returns><c>[..., height, width]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, a size that is not positive, or aligned
    /// corners with <see cref="ResizeMode.Nearest"/>.</exception>
    public static Tensor Resize(
        Tensor images, long height, long width, ResizeMode mode = ResizeMode.Bilinear, bool alignCorners = false)
    {
        Require.FloatingPoint(images);
        if (images.shape is not [.., > 0, > 0])
            throw Require.BadShape(images, "[..., H, W] with H, W >= 1");
        Require.Positive(height);
        Require.Positive(width);
        if (alignCorners && mode == ResizeMode.Nearest)
            throw new ArgumentException("alignCorners must be false with ResizeMode.Nearest, which has no places between pixels, got true.", nameof(alignCorners));

        using var scope = NewDisposeScope();
        return Side(Side(images, -2, height), -1, width).MoveToOuterDisposeScope();

        Tensor Side(Tensor x, int dim, long size)
        {
            var n = x.size(dim);
            if (mode == ResizeMode.Nearest)
                return x.index_select(dim, Along(i => i * n / size));
            var low = Along(i => (long)Source(i));
            var share = tensor([.. Range(size).Select(i => Source(i) - (long)Source(i))], dtype: x.dtype, device: x.device);
            if (dim == -2)
                share = share.unsqueeze(-1);                                    // [size, 1]
            return (1 - share) * x.index_select(dim, low) + share * x.index_select(dim, (low + 1).clamp(max: n - 1));

            double Source(long i) => alignCorners
                ? size == 1 ? 0 : (double)(i * (n - 1)) / (size - 1)
                : Math.Clamp((i + 0.5) * n / size - 0.5, 0, n - 1);

            Tensor Along(Func<long, long> source) => tensor([.. Range(size).Select(source)], dtype: ScalarType.Int64, device: x.device);
        }
    }

    private static IEnumerable<long> Range(long size) => Enumerable.Range(0, (int)size).Select(i => (long)i);
}
