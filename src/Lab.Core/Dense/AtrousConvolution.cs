using Lab.Core.Runtime;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Core.Dense;

public static partial class Spatial
{
    /// <summary>A convolution whose kernel has holes: it sees further at the same cost, and the image keeps its size.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[k, h, w] = Σ x[c, h + r·i - a, w + r·j - b]·W[k, c, i, j]</c> with rate r, zeros outside the image, and
    /// <c>a = ⌊r·(kh - 1)/2⌋</c>, <c>b = ⌊r·(kw - 1)/2⌋</c>. A kernel of side k covers <c>r·(k - 1) + 1</c> pixels.</para>
    /// <para>An even kernel at an odd rate has no middle: it reads one pixel further below and to the right than above and to the
    /// left. The size stays, where a formula for odd kernels loses a row and a column.</para>
    /// <para>Gradient: in x, the same with the kernel turned around.</para>
    /// <para>Where r is as large as the image, a 3x3 kernel sees zeros with all of its taps but the middle one.</para>
    /// <para>Library op: <c>nn.functional.conv2d</c> with <c>dilation</c>, on padded images. Source: Chen et al. 2015; Yu and
    /// Koltun 2016.</para>
    /// </remarks>
    /// <param name="images">x, <c>[B, C, H, W]</c>, floating point.</param>
    /// <param name="weight">W, <c>[K, C, kh, kw]</c>, the same dtype.</param>
    /// <param name="rate">r, pixels from tap to tap, positive; 1 is the usual convolution.</param>
    /// <returns><c>[B, K, H, W]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or rate other than those above.</exception>
    public static Tensor AtrousConvolution(Tensor images, Tensor weight, long rate)
    {
        ImageShapes.RequireImages(images);
        ImageShapes.RequireKernel(weight, images, 1, "[K, C, kh, kw]");
        Require.Positive(rate);

        using var scope = NewDisposeScope();
        var (h, w) = (images.size(2), images.size(3));
        var (down, right) = (rate * (weight.size(2) - 1), rate * (weight.size(3) - 1));
        var padded = F.pad(images, [right / 2, right - right / 2, down / 2, down - down / 2]);
        var sum = zeros([images.size(0), weight.size(0), h, w], images.dtype, images.device);
        for (var i = 0L; i < weight.size(2); i++)
        {
            for (var j = 0L; j < weight.size(3); j++)
            {
                var seen = padded.narrow(2, rate * i, h).narrow(3, rate * j, w);
                sum = sum + einsum("bchw,kc->bkhw", seen, weight.select(3, j).select(2, i));
            }
        }
        return sum.MoveToOuterDisposeScope();
    }
}
