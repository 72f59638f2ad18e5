using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

public static partial class Spatial
{
    /// <summary>The weight with which a transposed convolution enlarges bilinearly: what FCN's upsampling layers start from.</summary>
    /// <remarks>
    /// <para>Formula: <c>W[c, c, i, j] = t[i]·t[j]</c> with a tent <c>t[i] = 1 - |i - m|/f</c>, <c>f = ⌈size/2⌉</c>, its top at
    /// <c>m = (size - 1)/2</c>; other channels 0. Made for a stride of f: with <c>size = 2·f - f mod 2</c> and padding
    /// <c>⌊f/2⌋</c> the stamps of neighbours add up to 1 everywhere but at the border, where some are missing.</para>
    /// <para>In the inside, <see cref="TransposedConvolution"/> with it is <see cref="Resize"/> by f with edges that meet.</para>
    /// <para>Source: Long, Shelhamer and Darrell 2015, section 3.3, and their code.</para>
    /// </remarks>
    /// <param name="channels">C, positive.</param>
    /// <param name="size">The kernel's side, positive.</param>
    /// <param name="dtype">Floating point; null means the library's default.</param>
    /// <param name="device">Where it lives; null means the CPU.</param>
    /// <returns><c>[C, C, size, size]</c>.</returns>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public static Tensor BilinearKernel(long channels, long size, ScalarType? dtype = null, Device? device = null)
    {
        Require.Positive(channels);
        Require.Positive(size);

        using var scope = NewDisposeScope();
        var (factor, top) = ((size + 1) / 2, (size - 1) / 2.0);
        var tent = tensor([.. Range(size).Select(i => 1 - Math.Abs(i - top) / factor)]);
        var stamp = tent.unsqueeze(1) * tent;                                   // [size, size]
        var weight = eye(channels, dtype: ScalarType.Float64).reshape(channels, channels, 1, 1) * stamp;
        return weight.to(dtype ?? get_default_dtype(), device ?? CPU).MoveToOuterDisposeScope();
    }
}
