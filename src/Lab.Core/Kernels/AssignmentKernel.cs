using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lab.Core.Kernels;

/// <summary>What is wrong with a table of costs.</summary>
internal enum AssignmentFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An entry is NaN or -∞.</summary>
    NoCost,

    /// <summary>Every full assignment holds an entry of +∞.</summary>
    Infeasible,
}

/// <summary>Where the answers are written: a table's part of each of the five results, in the table's own orientation.</summary>
internal unsafe struct AssignmentSlots<T>
    where T : unmanaged
{
    public long* Columns, Rows;
    public T* Costs, RowPrices, ColumnPrices;
}

/// <summary>Linear assignment of one table in memory.</summary>
/// <remarks>
/// The shorter side of a table gives the rows of the search. A table is read where it lies, in its own precision, if its rows are whole vectors; else it
/// is copied, turned where it is longer than wide, and filled up with columns that cost +∞.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class AssignmentKernel
{
    private const int Alignment = 64;
    private const int Tile = 16;                                          // a square of a table that is turned in the nearest cache

    /// <summary>Assigns one table.</summary>
    /// <param name="table">Its first entry.</param>
    /// <param name="n">Its rows.</param>
    /// <param name="m">Its columns that count.</param>
    /// <param name="stride">How far its rows are apart.</param>
    /// <param name="slots">Where the answers go.</param>
    public static AssignmentFault Run<T>(T* table, int n, int m, long stride, AssignmentSlots<T> slots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var turned = n > m;
        var (rows, columns) = turned ? (m, n) : (n, m);
        if (rows == 0)
            return AssignmentFault.None;
        var (parts, size) = stride == m ? (1, (long)n * m) : (n, m);      // padding, if any, is not looked at
        for (var part = 0; part < parts; part++)
            if (!AreCosts(table + part * stride, size))
                return AssignmentFault.NoCost;
        var width = AssignmentSearch<T>.WidthOf(columns);
        var inPlace = !turned && width == columns;
        var space = AssignmentSearch<T>.Space(rows, width);
        var room = (byte*)NativeMemory.AlignedAlloc((nuint)(space + (inPlace ? 0 : (long)rows * width * sizeof(T))), Alignment);
        try
        {
            var costs = inPlace ? table : (T*)(room + space);
            if (!inPlace)
                Copy(table, stride, turned, rows, columns, costs, width);
            var search = new AssignmentSearch<T>(room, costs, inPlace ? stride : width, rows, width);
            if (!search.Solve())
                return AssignmentFault.Infeasible;
            *slots.Costs = T.CreateTruncating(search.Total());
            for (var row = 0; row < rows; row++)
            {
                (turned ? slots.ColumnPrices : slots.RowPrices)[row] = T.CreateTruncating(search.U[row]);
                (turned ? slots.Rows : slots.Columns)[row] = search.ColumnOf[row];
                (turned ? slots.Columns : slots.Rows)[search.ColumnOf[row]] = row;
            }
            for (var column = 0; column < columns; column++)
                (turned ? slots.RowPrices : slots.ColumnPrices)[column] = T.CreateTruncating(search.V[column]);
            return AssignmentFault.None;
        }
        finally
        {
            NativeMemory.AlignedFree(room);
        }
    }

    /// <summary>Whether no entry is NaN or -∞.</summary>
    private static bool AreCosts<T>(T* entries, long count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, right, least) = (0L, Vector<T>.AllBitsSet, Vector.Create(T.NegativeInfinity));
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            right &= Vector.GreaterThan(Vector.Load(entries + i), least);
        var all = Vector.EqualsAll(right.As<T, byte>(), Vector<byte>.AllBitsSet);
        for (; i < count; i++)
            all &= entries[i] > T.NegativeInfinity;
        return all;
    }

    private static void Copy<T>(T* table, long stride, bool turned, int rows, int columns, T* to, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < rows; row++)
        {
            if (!turned)
                new Span<T>(table + row * stride, columns).CopyTo(new(to + (long)row * width, columns));
            new Span<T>(to + (long)row * width + columns, width - columns).Fill(T.PositiveInfinity);
        }
        for (var firstColumn = 0; turned && firstColumn < columns; firstColumn += Tile)
            for (var firstRow = 0; firstRow < rows; firstRow += Tile)
                for (var column = firstColumn; column < Math.Min(firstColumn + Tile, columns); column++)
                    for (var row = firstRow; row < Math.Min(firstRow + Tile, rows); row++)
                        to[(long)row * width + column] = table[column * stride + row];
    }
}
