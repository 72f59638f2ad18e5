using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
internal unsafe struct AssignmentSlots
{
    public long* Columns, Rows;
    public double* Costs, RowPrices, ColumnPrices;
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
    public static AssignmentFault Run<T>(T* table, int n, int m, long stride, AssignmentSlots slots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var turned = n > m;
        var (rows, columns) = turned ? (m, n) : (n, m);
        if (rows == 0)
            return AssignmentFault.None;
        var lanes = Vector<double>.Count;
        var width = (columns + lanes - 1) / lanes * lanes;
        var room = (double*)NativeMemory.AlignedAlloc((nuint)(((long)rows * width + 5L * width + 2 * rows) * sizeof(double)), 64);
        try
        {
            var search = new Search(room, rows, columns, width);
            if (!(turned ? CopyTurned(table, stride, search) : Copy(table, stride, search)))
                return AssignmentFault.NoCost;
            if (!search.Greedy() || !search.Augment())
                return AssignmentFault.Infeasible;
            *slots.Costs = search.Total();
            for (var row = 0; row < rows; row++)
            {
                (turned ? slots.ColumnPrices : slots.RowPrices)[row] = search.U[row];
                (turned ? slots.Rows : slots.Columns)[row] = search.ColumnOf[row];
                (turned ? slots.Columns : slots.Rows)[search.ColumnOf[row]] = row;
            }
            for (var column = 0; column < columns; column++)
                (turned ? slots.RowPrices : slots.ColumnPrices)[column] = search.V[column];
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

    /// <summary>The state of one table's search; its arrays lie one after the other in one piece of memory.</summary>
    private readonly struct Search
    {
        public readonly double* Costs, U, V;
        public readonly long* ColumnOf;
        public readonly int Rows, Columns, Width;
        private readonly double* distance, closed;                    // closed: 0, or +∞ once a column is in the tree
        private readonly long* before, rowOf;

        public Search(double* room, int rows, int columns, int width)
        {
            Costs = room;
            (Rows, Columns, Width) = (rows, columns, width);
            V = Costs + (long)rows * width;
            distance = V + width;
            closed = distance + width;
            before = (long*)(closed + width);
            rowOf = before + width;
            U = (double*)(rowOf + width);
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
            var least = Vector.Load(values);
            for (var i = Vector<double>.Count; i < Width; i += Vector<double>.Count)
                least = Vector.Min(least, Vector.Load(values + i));
            return Lowest(least);
        }

        /// <summary>A free column with this value, or else the first one with it.</summary>
        private int FirstAt(double* values, double value)
        {
            var (wanted, taken) = (new Vector<double>(value), -1);
            for (var i = 0; i < Width; i += Vector<double>.Count)
            {
                if (!Vector.EqualsAny(Vector.Load(values + i), wanted))
                    continue;
                for (var j = i; j < i + Vector<double>.Count; j++)
                {
                    if (values[j] != value)
                        continue;
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
                var (end, length) = Grow(row);
                if (end < 0)
                    return false;
                Reprice(row, length);
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
        private (int End, double Length) Grow(long row)
        {
            new Span<double>(distance, Width).Fill(double.PositiveInfinity);
            new Span<double>(closed, Width).Clear();
            var (least, infinite) = (0.0, new Vector<double>(double.PositiveInfinity));
            for (var here = row; ;)
            {
                double* costs = Costs + here * Width;
                var (offset, from, lowest) = (new Vector<double>(least - U[here]), new Vector<long>(here), infinite);
                for (var j = 0; j < Width; j += Vector<double>.Count)
                {
                    var (known, shut) = (Vector.Load(distance + j), Vector.Load(closed + j));
                    var length = Vector.Load(costs + j) - Vector.Load(V + j) + offset + shut;
                    var shorter = Vector.LessThan(length, known);
                    if (Vector.LessThanAny(length, known))
                    {
                        known = Vector.ConditionalSelect(shorter, length, known);
                        known.Store(distance + j);
                        Vector.ConditionalSelect(shorter, from, Vector.Load(before + j)).Store(before + j);
                    }
                    lowest = Vector.Min(lowest, known + shut);
                }
                least = Lowest(lowest);
                if (least == double.PositiveInfinity)
                    return (-1, 0);
                var next = FirstOpenAt(least);
                closed[next] = double.PositiveInfinity;
                if (rowOf[next] < 0)
                    return (next, least);
                here = rowOf[next];
            }
        }

        /// <summary>As <see cref="FirstAt"/>, of distances to columns that are not in the tree.</summary>
        private int FirstOpenAt(double value)
        {
            var (wanted, taken) = (new Vector<double>(value), -1);
            for (var i = 0; i < Width; i += Vector<double>.Count)
            {
                if (!Vector.EqualsAny(Vector.Load(distance + i) + Vector.Load(closed + i), wanted))
                    continue;
                for (var j = i; j < i + Vector<double>.Count; j++)
                {
                    if (distance[j] != value || closed[j] != 0)
                        continue;
                    if (rowOf[j] < 0)
                        return j;
                    taken = taken < 0 ? j : taken;
                }
            }
            return taken;
        }

        /// <summary>New prices, with which every path of the tree costs nothing.</summary>
        private void Reprice(long row, double length)
        {
            U[row] += length;
            for (var j = 0; j < Columns; j++)
            {
                if (closed[j] == 0)
                    continue;
                if (rowOf[j] >= 0)
                    U[rowOf[j]] += length - distance[j];
                V[j] -= length - distance[j];
            }
        }

        public double Total()
        {
            var total = 0.0;
            for (var row = 0; row < Rows; row++)
                total += Costs[(long)row * Width + ColumnOf[row]];
            return total;
        }

        private static double Lowest(Vector<double> values)
        {
            var lowest = values[0];
            for (var lane = 1; lane < Vector<double>.Count; lane++)
                lowest = Math.Min(lowest, values[lane]);
            return lowest;
        }
    }
}
