using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>What label smoothing adds to cross-entropy, over a tile's rows or columns.</summary>
internal static unsafe class Smoothing
{
    /// <summary>Writes <c>Σ w·(shift - z)</c> for each place; a class of weight 0 counts nowhere, also where z is -∞.</summary>
    public static void Distances<T>(T* z, ClassGrid grid, int count, T* shift, ClassWeights<T> weights, T* result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (grid.IsRows)
        {
            for (var row = 0; row < count; row++)
                result[row] = OfRow(z + row * grid.Classes, grid.Classes, shift[row], weights);
            return;
        }
        new Span<T>(result, count).Clear();
        for (var k = 0L; k < grid.Classes; k++, z += grid.Inner)
        {
            if (T.IsZero(weights[k]))
                continue;
            var (i, w) = (0, Vector.Create(weights[k]));
            for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                (Vector.Load(result + i) + w * (Vector.Load(shift + i) - Vector.Load(z + i))).Store(result + i);
            for (; i < count; i++)
                result[i] += weights[k] * (shift[i] - z[i]);
        }
    }

    /// <summary>Takes <c>share·w</c> from the gradient, but where a place is left out.</summary>
    public static void Subtract<T>(T* d, ClassGrid grid, int count, T* share, ClassWeights<T> weights, T* kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (grid.IsRows)
        {
            for (var row = 0; row < count; row++, d += grid.Classes)
                FromRow(d, grid.Classes, T.IsZero(kept[row]) ? T.Zero : share[row], weights);
            return;
        }
        for (var k = 0L; k < grid.Classes; k++, d += grid.Inner)
        {
            var (i, w) = (0, Vector.Create(weights[k]));
            for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                (Vector.Load(d + i) - (w * Vector.Load(share + i) & Vector.Load(kept + i))).Store(d + i);
            for (; i < count; i++)
                d[i] -= T.IsZero(kept[i]) ? T.Zero : weights[k] * share[i];
        }
    }

    private static T OfRow<T>(T* z, long classes, T shift, ClassWeights<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Block = 2048;                                       // long sums keep their digits
        var (sum, s) = (T.Zero, Vector.Create(shift));
        for (var start = 0L; start < classes; start += Block)
        {
            var (k, end, lanes) = (start, Math.Min(classes, start + Block), Vector<T>.Zero);
            for (; k <= end - Vector<T>.Count; k += Vector<T>.Count)
            {
                var w = weights.Load(k);
                lanes += Vector.ConditionalSelect(Vector.Equals(w, Vector<T>.Zero), w, w * (s - Vector.Load(z + k)));
            }
            var part = Vector.Sum(lanes);
            for (; k < end; k++)
                part += T.IsZero(weights[k]) ? T.Zero : weights[k] * (shift - z[k]);
            sum += part;
        }
        return sum;
    }

    private static void FromRow<T>(T* d, long classes, T share, ClassWeights<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (k, s) = (0L, Vector.Create(share));
        for (; k <= classes - Vector<T>.Count; k += Vector<T>.Count)
            (Vector.Load(d + k) - s * weights.Load(k)).Store(d + k);
        for (; k < classes; k++)
            d[k] -= share * weights[k];
    }
}
