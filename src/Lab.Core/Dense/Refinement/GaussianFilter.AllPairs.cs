using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>Sums over all points, weighted by how near they are in some space of features: a blur that may know colours.</summary>
/// <remarks>In pixels' positions this is the Gaussian blur; in positions and colours the bilateral filter, which does not blur across
/// edges (Tomasi and Manduchi 1998; Adams, Baek and Davis 2010).</remarks>
public static partial class GaussianFilter
{
    private const long MostPairs = 1 << 24;                               // in memory at once

    /// <summary>The Gaussian filter by its definition: every point looks at every other.</summary>
    /// <remarks>
    /// <para>Formula: <c>y_i = Σ_j exp(-½·|f_i - f_j|²)·v_j</c>, j = i included. Features are in units of the kernel's standard
    /// deviation: divide them by it.</para>
    /// <para>Gradient: the kernel is symmetric, and so the gradient in the values is the same filter of the gradient from above. It has
    /// one in the features too.</para>
    /// <para>Numerics: N² exponentials, in blocks of 2²⁴ at most, unless a gradient is asked for, which keeps them all. Far beyond a
    /// few ten thousand points take <see cref="PermutohedralLattice"/>, or <see cref="Separable"/> where positions are all there is.</para>
    /// <para>Oracle: the double sum. Source: Krähenbühl and Koltun 2011, equation 3.</para>
    /// </remarks>
    /// <param name="values">What is summed, <c>[B, C, ...]</c>, floating point.</param>
    /// <param name="features">Where the points are, <c>[B, D, ...]</c> with the same points, dtype and device.</param>
    /// <returns>Sums, the shape of <paramref name="values"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor AllPairs(Tensor values, Tensor features)
    {
        RequirePoints(values, features);

        using var scope = NewDisposeScope();
        var (flat, points) = (values.flatten(2), features.flatten(2));            // [B, C, N], [B, D, N]
        var (count, rows) = (flat.size(2), Math.Max(1, MostPairs / Math.Max(1, flat.size(0) * flat.size(2))));
        var sums = new List<Tensor>();
        for (var first = 0L; first < count; first += rows)
        {
            using var block = NewDisposeScope();
            var kernel = Kernel(points, points.narrow(2, first, Math.Min(rows, count - first)));
            sums.Add(flat.matmul(kernel).MoveToOuterDisposeScope());              // [B, C, rows]
        }
        return cat(sums, 2).reshape(values.shape).MoveToOuterDisposeScope();
    }

    /// <summary><c>exp(-½·|f_i - g_j|²)</c>, <c>[B, N, M]</c>: from differences, which do not cancel as squares do.</summary>
    internal static Tensor Kernel(Tensor f, Tensor g)
    {
        using var scope = NewDisposeScope();
        var squares = (f.select(1, 0).unsqueeze(2) - g.select(1, 0).unsqueeze(1)).square();
        for (var d = 1L; d < f.size(1); d++)
            squares = squares + (f.select(1, d).unsqueeze(2) - g.select(1, d).unsqueeze(1)).square();
        return (-0.5 * squares).exp().MoveToOuterDisposeScope();
    }

    /// <summary>Whether the weights of all pairs of points <c>[B, D, ...]</c> may be held in memory.</summary>
    internal static bool FitsAtOnce(Tensor features)
    {
        var count = features.numel() / Math.Max(1, features.size(0) * features.size(1));
        return features.size(0) * count * count <= MostPairs;
    }

    private static void RequirePoints(Tensor values, Tensor features)
    {
        Require.FloatingPoint(values);
        if (values.shape is not [_, > 0, > 0, ..] || values.shape.Skip(2).Contains(0))
            throw Require.BadShape(values, "[B, C, ...] with C >= 1 and a point at least");
        Require.FloatingPoint(features);
        if (features.shape is not [_, > 0, ..] || features.size(0) != values.size(0) || !features.shape.AsSpan(2).SequenceEqual(values.shape.AsSpan(2)))
            throw Require.BadShape(features, $"[{values.size(0)}, D, {string.Join(", ", values.shape[2..])}] with D >= 1, the points of values");
        Require.SameDtype(features, values);
        Require.SameDevice(features, values);
    }
}
