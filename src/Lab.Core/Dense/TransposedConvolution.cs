using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class Spatial
{
    /// <summary>Stamps a kernel at every pixel, and adds the stamps up: a convolution run backwards, to make images larger.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[k, s·h + i, s·w + j] = Σ x[c, h, w]·W[c, k, i, j]</c>, summed over all that land on the same place; then
    /// <paramref name="padding"/> rows and columns are cut off on all four sides. It is the gradient of a convolution with the
    /// same weight, stride and padding, which is where its name comes from.</para>
    /// <para>Gradient: in x, the convolution of the gradient from above with W.</para>
    /// <para>Checkerboards: where the stride does not divide the kernel's side, some places get more stamps than others, and the
    /// difference shows in every output until it is learned away. A kernel of 2·s starts even, and filled with
    /// <see cref="BilinearKernel"/> it is <see cref="Resize"/>.</para>
    /// <para>Library op: <c>nn.functional.conv_transpose2d</c>. Source: Long, Shelhamer and Darrell 2015, section 3.3; Odena,
    /// Dumoulin and Olah 2016 for the checkerboards.</para>
    /// </remarks>
    /// <param name="images">x, <c>[B, C, H, W]</c>, floating point.</param>
    /// <param name="weight">W, <c>[C, K, kh, kw]</c>, the same dtype.</param>
    /// <param name="stride">s, positive.</param>
    /// <param name="padding">What is cut off, not negative, and less than half of what there is.</param>
    /// <returns><c>[B, K, s·(H - 1) + kh - 2·padding, s·(W - 1) + kw - 2·padding]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static Tensor TransposedConvolution(Tensor images, Tensor weight, long stride, long padding = 0)
    {
        ImageShapes.RequireImages(images);
        ImageShapes.RequireKernel(weight, images, 0, "[C, K, kh, kw]");
        Require.Positive(stride);
        var (h, w) = (images.size(2), images.size(3));
        var (tall, wide) = (stride * (h - 1) + weight.size(2), stride * (w - 1) + weight.size(3));
        if (padding < 0 || 2 * padding >= Math.Min(tall, wide))
            throw new ArgumentOutOfRangeException(nameof(padding), padding, $"Must leave something of {tall} x {wide} pixels.");

        using var scope = NewDisposeScope();
        var canvas = zeros([images.size(0), weight.size(1), tall, wide], images.dtype, images.device);
        for (var i = 0L; i < weight.size(2); i++)
        {
            for (var j = 0L; j < weight.size(3); j++)
            {
                var stamp = einsum("bchw,ck->bkhw", images, weight.select(3, j).select(2, i));
                canvas.slice(2, i, i + stride * (h - 1) + 1, stride).slice(3, j, j + stride * (w - 1) + 1, stride).add_(stamp);
            }
        }
        return canvas.narrow(2, padding, tall - 2 * padding).narrow(3, padding, wide - 2 * padding).MoveToOuterDisposeScope();
    }
}
