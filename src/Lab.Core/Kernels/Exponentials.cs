using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>Exponentials times one factor per place: what the gradients of losses over classes are made of.</summary>
internal static unsafe class Exponentials
{
    /// <summary>Writes <c>factor·exp(z - shift)</c> for a tile; 0 in a place that is left out, even where z is NaN.</summary>
    /// <param name="logits">The tile's first entry.</param>
    /// <param name="result">Where its first entry is written.</param>
    /// <param name="grid">The grid that the tile is a part of.</param>
    /// <param name="count">How many places.</param>
    /// <param name="shift">One for each place, at least its greatest logit.</param>
    /// <param name="factor">One for each place.</param>
    /// <param name="kept">All bits set, or none where the place is left out.</param>
    public static void Write<T>(T* logits, T* result, ClassGrid grid, int count, T* shift, T* factor, T* kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (grid.IsRows)
        {
            for (var row = 0; row < count; row++, logits += grid.Classes, result += grid.Classes)
                Row(logits, result, grid.Classes, shift[row], factor[row], kept[row]);
            return;
        }
        for (var k = 0L; k < grid.Classes; k++, logits += grid.Inner, result += grid.Inner)
            Columns(logits, result, count, shift, factor, kept);
    }

    private static void Row<T>(T* z, T* d, long classes, T shift, T factor, T kept) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsZero(kept))
        {
            for (var left = 0L; left < classes; left++)
                d[left] = T.Zero;
            return;
        }
        var (i, s, f) = (0L, Vector.Create(shift), Vector.Create(factor));
        for (; i <= classes - Vector<T>.Count; i += Vector<T>.Count)
            (f * Lanes.Exp(Vector.Load(z + i) - s)).Store(d + i);
        for (; i < classes; i++)
            d[i] = factor * T.Exp(z[i] - shift);
    }

    private static void Columns<T>(T* z, T* d, int count, T* shift, T* factor, T* kept) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            (Vector.Load(factor + i) * Lanes.Exp(Vector.Load(z + i) - Vector.Load(shift + i)) & Vector.Load(kept + i)).Store(d + i);
        for (; i < count; i++)
            d[i] = T.IsZero(kept[i]) ? T.Zero : factor[i] * T.Exp(z[i] - shift[i]);
    }
}
