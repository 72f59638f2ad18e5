using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>A probability distribution in which most entries are exactly 0: the nearest one to the scores.</summary>
    /// <remarks>
    /// <para>Formula: <c>p = argmin ‖p - z‖²</c> over all distributions, which is <c>p[k] = max(z[k] - τ, 0)</c> with the threshold τ at which
    /// the entries sum to 1. Sorted, <c>z₁ ≥ z₂ ≥ ...</c>, the support is the first m entries, m the largest with
    /// <c>1 + m·zₘ &gt; z₁ + ... + zₘ</c>, and <c>τ = (z₁ + ... + zₘ - 1)/m</c>. As softmax it does not change when a constant is added to
    /// every z; unlike softmax it changes its support with their scale: towards temperature 0 one entry is left, and any z whose entries
    /// lie within 1/K of each other keep all.</para>
    /// <para>Gradient: <c>∂p[k]/∂z[j] = (k = j) - 1/m</c> within the support, 0 for the rest: an entry out of the support learns
    /// nothing. Where an entry stands exactly on the threshold, it counts as outside.</para>
    /// <para>Numerics: the maximum is subtracted first, half precision is computed in single. A score of -∞ gives 0; a row of
    /// only -∞, or with +∞ or NaN, gives NaN, as in softmax, with gradient 0.</para>
    /// <para>Oracle: τ by bisection, in plain doubles. Source: Martins and Astudillo 2016, algorithm 1.</para>
    /// </remarks>
    /// <param name="scores">z, any shape of rank 1 or more, floating point.</param>
    /// <param name="dim">The dimension that becomes a distribution; negative counts from the end.</param>
    /// <returns>Probabilities that sum to 1 along <paramref name="dim"/>, the shape of <paramref name="scores"/>.</returns>
    /// <exception cref="ArgumentException">Not floating point, no such dimension, or nothing along it.</exception>
    public static Tensor Sparsemax(Tensor scores, long dim = -1)
    {
        Require.FloatingPoint(scores);
        dim = Require.Dimension(dim, scores);
        Require.NotEmptyAlong(dim, scores);

        using var scope = NewDisposeScope();
        var wide = scores.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? scores.to(ScalarType.Float32) : scores;
        var max = wide.detach().amax([dim], keepdim: true);
        var broken = max.isfinite().logical_not();
        var z = (wide - max).masked_fill(broken, 0);                      // at most 0
        var support = SparsemaxSupport(z.detach(), dim);
        var size = support.sum(dim, keepdim: true, type: z.dtype);        // m
        var threshold = (z.masked_fill(support.logical_not(), 0).sum(dim, keepdim: true) - 1) / size;
        var probabilities = (z - threshold).relu().masked_fill(broken, double.NaN);
        return probabilities.to(scores.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>True for the entries above the threshold.</summary>
    private static Tensor SparsemaxSupport(Tensor z, long dim)
    {
        var (sorted, _) = z.sort(dim, descending: true);
        long[] along = [.. Enumerable.Repeat(1L, (int)z.dim())];
        along[dim] = -1;
        var rank = arange(1, z.size((int)dim) + 1, z.dtype, z.device).reshape(along);
        var sums = sorted.cumsum(dim);
        var inside = 1 + rank * sorted > sums;
        var size = inside.sum(dim, keepdim: true, type: z.dtype);
        var threshold = (sorted.masked_fill(inside.logical_not(), 0).sum(dim, keepdim: true) - 1) / size;
        return z > threshold;
    }
}
