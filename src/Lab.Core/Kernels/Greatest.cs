using System.Numerics;

namespace Lab.Core.Kernels;

/// <summary>
/// The greatest few of numbers that come one after another, with their places. Of equal ones the first are kept, provided that
/// places come in ascending order.
/// </summary>
/// <remarks>
/// It holds up to twice as many as wanted before it drops the rest, so that most numbers cost one comparison with
/// <see cref="Threshold"/>, and none is sorted.
/// </remarks>
internal sealed class Greatest<T>(int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The length of the blocks of which <see cref="AddRow"/> wants to know the greatest entry.</summary>
    public const int Block = 128;

    /// <summary>How many blocks a row has.</summary>
    public static int Blocks(long length) => (int)((length + Block - 1) / Block);

    private readonly T[] values = new T[2 * count + 32];
    private readonly T[] scratch = new T[2 * count + 32];
    private readonly long[] places = new long[2 * count + 32];
    private T[] ranked = [];
    private int size;

    /// <summary>A number that is not greater than this is not among the greatest.</summary>
    public T Threshold { get; private set; } = T.NegativeInfinity;

    public ReadOnlySpan<T> Values => values.AsSpan(0, size);

    public ReadOnlySpan<long> Places => places.AsSpan(0, size);

    public void Clear() => (size, Threshold) = (0, T.NegativeInfinity);

    /// <summary>
    /// Lifts <see cref="Threshold"/> to just below the number at which as many blocks of a row as are wanted have a greatest entry
    /// that reaches it: so many numbers are no less.
    /// </summary>
    /// <param name="maxima">The greatest entry of each block.</param>
    public void Expect(ReadOnlySpan<T> maxima)
    {
        if (count == 0 || maxima.Length < count)
            return;
        if (ranked.Length < maxima.Length)
            ranked = new T[maxima.Length];
        maxima.CopyTo(ranked);
        Threshold = T.MaxNative(Threshold, T.BitDecrement(Selection.Descending(ranked.AsSpan(0, maxima.Length), count - 1)));
    }

    /// <summary>Takes a number that is greater than <see cref="Threshold"/>.</summary>
    public void Add(T value, long place)
    {
        (values[size], places[size]) = (value, place);
        if (++size == values.Length)
            Drop();
    }

    /// <summary>Takes all entries of a row; their places count from 0.</summary>
    /// <param name="row">The row.</param>
    /// <param name="length">Its length.</param>
    /// <param name="maxima">The greatest entry of each block of <see cref="Block"/> entries.</param>
    public unsafe void AddRow(T* row, long length, ReadOnlySpan<T> maxima)
    {
        Expect(maxima);
        for (var block = 0; block < maxima.Length; block++)
        {
            if (!(maxima[block] > Threshold))
                continue;
            var end = Math.Min(length, (block + 1L) * Block);
            for (var i = (long)block * Block; i < end; i++)
            {
                if (i <= end - Vector<T>.Count && !Vector.GreaterThanAny(Vector.Load(row + i), Vector.Create(Threshold)))
                    i += Vector<T>.Count - 1;
                else if (row[i] > Threshold)
                    Add(row[i], i);
            }
        }
    }

    /// <summary>Leaves no more than wanted.</summary>
    public void Drop()
    {
        if (size <= count)
            return;
        if (count == 0)
        {
            (size, Threshold) = (0, T.PositiveInfinity);
            return;
        }
        values.AsSpan(0, size).CopyTo(scratch);
        Threshold = Selection.Descending(scratch.AsSpan(0, size), count - 1);
        var ties = count;
        for (var i = 0; i < size; i++)
            ties -= values[i] > Threshold ? 1 : 0;
        var kept = 0;
        for (var i = 0; i < size; i++)
        {
            if (values[i] > Threshold || (values[i] == Threshold && ties-- > 0))
                (values[kept], places[kept++]) = (values[i], places[i]);
        }
        size = kept;
    }

    /// <summary>Leaves no more than wanted, the greatest first, equal ones by place.</summary>
    public void Sort()
    {
        Drop();
        for (var i = 1; i < size; i++)                                // few, or nearly in order
        {
            var (value, place) = (values[i], places[i]);
            var j = i;
            for (; j > 0 && values[j - 1] < value; j--)
                (values[j], places[j]) = (values[j - 1], places[j - 1]);
            (values[j], places[j]) = (value, place);
        }
    }
}

/// <summary>Hoare's selection.</summary>
internal static class Selection
{
    /// <summary>The number that would stand at an index if all were sorted, the greatest first. Their order is changed.</summary>
    public static T Descending<T>(Span<T> numbers, int index) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (low, high) = (0, numbers.Length - 1);
        while (low < high)
        {
            var pivot = numbers[(low + high) / 2];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (numbers[i] > pivot)
                    i++;
                while (numbers[j] < pivot)
                    j--;
                if (i > j)
                    break;
                (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
                (i, j) = (i + 1, j - 1);
            }
            if (index <= j)
                high = j;
            else if (index >= i)
                low = i;
            else
                break;
        }
        return numbers[index];
    }
}
