using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>Scales vectors to length 1, so that their dot products are cosines.</summary>
    /// <remarks>
    /// <para>Formula: <c>x / max(‖x‖, ε)</c>.</para>
    /// <para>Gradient: <c>(g - y·(y·g)) / ‖x‖</c> for the output y: the part of g that would change the length is gone.</para>
    /// <para>Numerics: a vector shorter than ε is divided by ε, and a zero vector stays zero with a finite gradient; an ε too
    /// small for the dtype (1e-12 in float16) counts as its least normal number, where the library divides 0 by 0.
    /// The largest magnitude is taken out before squaring, so lengths of 1e200 neither overflow nor vanish.</para>
    /// <para>Library op: <c>nn.functional.normalize</c>.</para>
    /// </remarks>
    /// <param name="vectors">Any shape of rank 1 or more, floating point.</param>
    /// <param name="dim">The dimension that holds a vector's entries; negative counts from the end.</param>
    /// <param name="epsilon">ε, the least length to divide by, positive.</param>
    /// <returns>Vectors of length 1, the shape of <paramref name="vectors"/>.</returns>
    /// <exception cref="ArgumentException">Not floating point, no such dimension, nothing along it, or an ε that is not
    /// positive.</exception>
    public static Tensor L2Normalize(Tensor vectors, long dim = -1, double epsilon = 1e-12)
    {
        Require.FloatingPoint(vectors);
        dim = Require.Dimension(dim, vectors);
        Require.NotEmptyAlong(dim, vectors);
        Require.Positive(epsilon);

        using var scope = NewDisposeScope();
        epsilon = Math.Max(epsilon, finfo(vectors.dtype).tiny);
        var scale = vectors.detach().abs().amax([dim], keepdim: true);
        var zero = scale == 0;                                            // √ has no slope at 0
        scale = scale.masked_fill(zero, 1);
        var square = (vectors / scale).square().sum(dim, keepdim: true);
        var length = square.masked_fill(zero, 1).sqrt() * scale.masked_fill(zero, epsilon);
        var unit = vectors / length.clamp(min: epsilon);
        return unit.MoveToOuterDisposeScope();
    }
}
