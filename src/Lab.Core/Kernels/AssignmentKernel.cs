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

/// <summary>Linear assignment by shortest augmenting paths over memory, a vector of columns at a time.</summary>
/// <remarks>
/// The shorter side of a table gives the rows; a longer table is turned while it is copied. A row first takes its cheapest column, if that is
/// free: prices u = that cost and v = 0 are optimal for the part assigned so far. Every other row grows a tree of shortest paths (Dijkstra's, with
/// reduced costs as lengths) until it reaches a free column; of columns at the same distance a free one is taken, which ends the tree at once where
/// many costs are equal.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class AssignmentKernel
{
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
        var lanes = Vector512<double>.Count;
        var width = (columns + lanes - 1) / lanes * lanes;
        var room = (double*)NativeMemory.AlignedAlloc((nuint)(((long)rows * width + 7L * width + 2 * rows) * sizeof(double)), 64);
        try
        {
            var search = new Search(room, rows, columns, width);
            if (!(turned ? CopyTurned(table, stride, search) : Copy(table, stride, search)))
                return AssignmentFault.NoCost;
            if (!search.Greedy() || !search.Augment())
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

    /// <summary>Copies a table into doubles; false where an entry is no cost.</summary>
    private static bool Copy<T>(T* table, long stride, Search search) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var right = true;
        for (var row = 0; row < search.Rows; row++)
        {
            double* to = search.Costs + (long)row * search.Width;
            for (var column = 0; column < search.Columns; column++)
            {
                var cost = double.CreateTruncating(table[row * stride + column]);
                right &= cost > double.NegativeInfinity;
                to[column] = cost;
            }
            new Span<double>(to + search.Columns, search.Width - search.Columns).Fill(double.PositiveInfinity);
        }
        return right;
    }

    private static bool CopyTurned<T>(T* table, long stride, Search search) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var right = true;
        for (var column = 0; column < search.Columns; column++)
        {
            for (var row = 0; row < search.Rows; row++)
            {
                var cost = double.CreateTruncating(table[column * stride + row]);
                right &= cost > double.NegativeInfinity;
                search.Costs[(long)row * search.Width + column] = cost;
            }
        }
        for (var row = 0; row < search.Rows; row++)
            new Span<double>(search.Costs + (long)row * search.Width + search.Columns, search.Width - search.Columns).Fill(double.PositiveInfinity);
        return right;
    }

    /// <summary>
    /// The state of one table's search; its arrays lie one after the other in one piece of memory. While a column is in the tree its price is
    /// -∞ and its distance +∞, so that no loop looks at it again; the true ones are in the tree's own lists.
    /// </summary>
    private readonly struct Search
    {
        public readonly double* Costs, U, V;
        public readonly long* ColumnOf;
        public readonly int Rows, Columns, Width;
        private readonly double* distance, prices, lengths;           // the last two: of the tree's columns
        private readonly long* before, rowOf, tree;

        public Search(double* room, int rows, int columns, int width)
        {
            Costs = room;
            (Rows, Columns, Width) = (rows, columns, width);
            V = Costs + (long)rows * width;
            distance = V + width;
            prices = distance + width;
            lengths = prices + width;
            before = (long*)(lengths + width);
            rowOf = before + width;
            tree = rowOf + width;
            U = (double*)(tree + width);
            ColumnOf = (long*)(U + rows);
            new Span<double>(V, width).Clear();
            new Span<long>(rowOf, width).Fill(-1);
            new Span<long>(ColumnOf, rows).Fill(-1);
        }

        /// <summary>Each row takes its cheapest column where that is free; false where a row has no finite cost.</summary>
        public bool Greedy()
        {
            for (var row = 0; row < Rows; row++)
            {
                double* costs = Costs + (long)row * Width;
                var least = Least(costs);
                if (least == double.PositiveInfinity)
                    return false;
                U[row] = least;
                var column = FirstAt(costs, least);
                if (rowOf[column] < 0)
                    (rowOf[column], ColumnOf[row]) = (row, column);
            }
            return true;
        }

        private double Least(double* values)
        {
            var least = Vector512.Load(values);
            for (var i = Vector512<double>.Count; i < Width; i += Vector512<double>.Count)
                least = Vector512.Min(least, Vector512.Load(values + i));
            return Lowest(least);
        }

        /// <summary>A free column with this value, or else the first one with it.</summary>
        private int FirstAt(double* values, double value)
        {
            var (wanted, taken) = (Vector512.Create(value), -1);
            for (var i = 0; i < Width; i += Vector512<double>.Count)
            {
                for (var equal = Vector512.Equals(Vector512.Load(values + i), wanted).ExtractMostSignificantBits(); equal != 0; equal &= equal - 1)
                {
                    var j = i + BitOperations.TrailingZeroCount(equal);
                    if (rowOf[j] < 0)
                        return j;
                    taken = taken < 0 ? j : taken;
                }
            }
            return taken;
        }

        /// <summary>Gives a column to every row that has none; false where one cannot have any.</summary>
        public bool Augment()
        {
            for (var row = 0; row < Rows; row++)
            {
                if (ColumnOf[row] >= 0)
                    continue;
                var (end, length, size) = Grow(row);
                if (end < 0)
                    return false;
                Reprice(row, length, size);
                for (var column = end; ;)
                {
                    var owner = before[column];
                    rowOf[column] = owner;
                    (ColumnOf[owner], column) = (column, (int)ColumnOf[owner]);
                    if (owner == row)
                        break;
                }
            }
            return true;
        }

        /// <summary>The tree of shortest paths from a row, up to the first free column; -1 where there is no way to one.</summary>
        private (int End, double Length, int Size) Grow(long row)
        {
            new Span<double>(distance, Width).Fill(double.PositiveInfinity);
            var (least, here) = (0.0, row);
            for (var size = 0; ; size++)
            {
                double* costs = Costs + here * Width;
                var (offset, from, lowest) = (Vector512.Create(least - U[here]), Vector512.Create(here), Vector512.Create(double.PositiveInfinity));
                for (var j = 0; j < Width; j += Vector512<double>.Count)
                {
                    var known = Vector512.Load(distance + j);
                    var length = Vector512.Load(costs + j) - Vector512.Load(V + j) + offset;
                    var shorter = Vector512.LessThan(length, known);
                    if (Vector512.LessThanAny(length, known))
                    {
                        known = Vector512.ConditionalSelect(shorter, length, known);
                        known.Store(distance + j);
                        Vector512.ConditionalSelect(shorter.AsInt64(), from, Vector512.Load(before + j)).Store(before + j);
                    }
                    lowest = Vector512.Min(lowest, known);
                }
                least = Lowest(lowest);
                if (least == double.PositiveInfinity)
                    return (-1, 0, size);
                var next = FirstAt(distance, least);
                (tree[size], lengths[size], prices[size]) = (next, least, V[next]);
                (V[next], distance[next]) = (double.NegativeInfinity, double.PositiveInfinity);
                if (rowOf[next] < 0)
                    return (next, least, size + 1);
                here = rowOf[next];
            }
        }

        /// <summary>New prices, with which every path of the tree costs nothing.</summary>
        private void Reprice(long row, double length, int size)
        {
            U[row] += length;
            for (var k = 0; k < size; k++)
            {
                var (column, gain) = (tree[k], length - lengths[k]);
                V[column] = prices[k] - gain;
                if (rowOf[column] >= 0)
                    U[rowOf[column]] += gain;
            }
        }

        public double Total()
        {
            var total = 0.0;
            for (var row = 0; row < Rows; row++)
                total += Costs[(long)row * Width + ColumnOf[row]];
            return total;
        }

        private static double Lowest(Vector512<double> values)
        {
            var half = Vector256.Min(values.GetLower(), values.GetUpper());
            var quarter = Vector128.Min(half.GetLower(), half.GetUpper());
            return Math.Min(quarter[0], quarter[1]);
        }
    }
}
