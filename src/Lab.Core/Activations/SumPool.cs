using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>Sums groups of neighbours along one dimension: n units become one.</summary>
    /// <remarks>
    /// <para>Formula: <c>y[j] = Σ x[n·j + i]</c> over <c>i = 0 .. n - 1</c>; the groups do not overlap.</para>
    /// <para>Gradient: every x gets that of its group's y, undivided. An average would divide it by n, and every
    /// weight below would learn n times more slowly.</para>
    /// <para>Numerics: a plain sum of n numbers.</para>
    /// <para>Library op: n times <c>nn.functional.avg_pool1d</c>. Source: Montavon et al. 2015, section 4.C.</para>
    /// </remarks>
    /// <param name="units">Any shape of rank 1 or more, floating point.</param>
    /// <param name="size">n, how many neighbours make a group, positive.</param>
    /// <param name="dim">The dimension to pool, its size a multiple of n; negative counts from the end.</param>
    /// <returns>The shape of <paramref name="units"/>, with dimension <paramref name="dim"/> divided by n.</returns>
    /// <exception cref="ArgumentException">Not floating point, no such dimension, nothing along it, an n that is not
    /// positive, or a dimension that n does not divide.</exception>
    public static Tensor SumPool(Tensor units, long size, long dim = -1)
    {
        Require.FloatingPoint(units);
        dim = Require.Dimension(dim, units);
        Require.NotEmptyAlong(dim, units);
        if (size < 1)
            throw new ArgumentOutOfRangeException(nameof(size), size, "Must be positive.");
        var shape = units.shape;
        if (shape[dim] % size != 0)
            throw Require.BadShape(units, $"whose dimension {dim} is a multiple of {size}");

        using var scope = NewDisposeScope();
        long[] grouped = [.. shape[..(int)dim], shape[dim] / size, size, .. shape[((int)dim + 1)..]];
        return units.reshape(grouped).sum(dim + 1).MoveToOuterDisposeScope();
    }
}
