using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lab.Core.Kernels;

/// <summary>
/// The partition of distributions in two numbers, a shift and Σ exp(z - shift), where the shift is the greatest logit (0 where
/// all are -∞). Their logarithm alone would lose the digits of small differences between large logits.
/// </summary>
internal static unsafe class Partition
{
    private const int Block = 2048;                                   // stays in the nearest cache between its two passes

    /// <summary>Of a tile's places.</summary>
    /// <param name="logits">The tile's first entry.</param>
    /// <param name="grid">The grid that the tile is a part of.</param>
    /// <param name="count">How many places.</param>
    /// <param name="shift">One for each place, to be written.</param>
    /// <param name="sum">One for each place, to be written.</param>
    /// <param name="without">The class to leave out, for each place; null leaves out none.</param>
    public static void Of<T>(T* logits, ClassGrid grid, int count, T* shift, T* sum, T* without = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        new Span<T>(shift, count).Fill(T.NegativeInfinity);
        new Span<T>(sum, count).Clear();
        if (grid.IsRows)
            OfRows(logits, grid.Classes, count, shift, sum, without);
        else
            OfColumns(logits, grid, count, shift, sum, without);
    }

    private static void OfRows<T>(T* logits, long classes, int count, T* shift, T* sum, T* without)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < count; row++, logits += classes)
        {
            var left = without == null ? classes : long.CreateTruncating(without[row]);
            AddRow(logits, left, ref shift[row], ref sum[row]);
            AddRow(logits + left + 1, classes - left - 1, ref shift[row], ref sum[row]);
            shift[row] = Finite(shift[row]);
        }
    }

    /// <summary>Adds entries side by side. A block with a new maximum scales down what was summed before.</summary>
    private static void AddRow<T>(T* logits, long count, ref T max, ref T sum) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var start = 0L; start < count; start += Block)
        {
            var size = Math.Min(Block, count - start);
            var greatest = Lanes.Max(logits + start, size);
            if (!(greatest <= max))                                   // NaN too
                (max, sum) = (greatest, sum * T.Exp(max - greatest));
            sum += Lanes.SumExp(logits + start, size, Finite(max));
        }
    }

    private static void OfColumns<T>(T* logits, ClassGrid grid, int count, T* shift, T* sum, T* without)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (width, whole) = (Vector<T>.Count, count - Vector<T>.Count);
        T* z = logits;
        for (var k = 0L; k < grid.Classes; k++, z += grid.Inner)
        {
            var (i, number) = (0, T.CreateTruncating(k));
            for (; i <= whole; i += width)
                Vector.MaxNative(Vector.Load(shift + i), Other(z, without, i, Vector.Create(number))).Store(shift + i);
            for (; i < count; i++)
                shift[i] = T.Max(shift[i], Other(z, without, i, number));
        }
        for (var i = 0; i < count; i++)
            shift[i] = Finite(shift[i]);
        z = logits;
        for (var k = 0L; k < grid.Classes; k++, z += grid.Inner)
        {
            var (i, number) = (0, T.CreateTruncating(k));
            for (; i <= whole; i += width)
                (Vector.Load(sum + i) + Lanes.Exp(Other(z, without, i, Vector.Create(number)) - Vector.Load(shift + i))).Store(sum + i);
            for (; i < count; i++)
                sum[i] += T.Exp(Other(z, without, i, number) - shift[i]);
        }
    }

    /// <summary>The logits of a class; -∞ where it is to be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Other<T>(T* z, T* without, int i, Vector<T> number) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        without == null
            ? Vector.Load(z + i)
            : Vector.ConditionalSelect(Vector.Equals(Vector.Load(without + i), number), Vector.Create(T.NegativeInfinity), Vector.Load(z + i));

    private static T Other<T>(T* z, T* without, int i, T number) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        without != null && without[i] == number ? T.NegativeInfinity : z[i];

    /// <summary>exp(-∞ - -∞) would be NaN; exp(-∞ - 0) is 0.</summary>
    private static T Finite<T>(T max) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.IsNegativeInfinity(max) ? T.Zero : max;
}
