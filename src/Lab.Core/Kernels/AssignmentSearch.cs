using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lab.Core.Kernels;

/// <summary>The search for one table's assignment, a vector of columns at a time: bids first, then shortest augmenting paths.</summary>
/// <remarks>
/// <para>Prices u of rows and v of columns are kept so that no pair costs less than its prices, pairs that are assigned cost just that, and v is 0 where
/// a column never had a row, and never above.</para>
/// <para><b>Bids</b> (Jonker and Volgenant's row reduction): a row takes the column that is cheapest after prices, lowers that column's price until the
/// second cheapest is as good, and the row that had it bids again in the next round. It is an auction with ε = 0: fast at first,
/// slow at the end, and so there are few rounds.</para>
/// <para><b>Paths</b>: each row that is left grows a tree of shortest paths (Dijkstra's, with reduced costs as lengths) to the nearest free column. What is
/// not nearer than the nearest free column found so far is of no use, and most vectors of a row are dismissed by this one comparison. Where
/// many costs are equal, a free column at the distance looked at ends the tree at once.</para>
/// <para>All sums are in float64. While a column is in the tree its price is -∞ and its distance +∞, so that no loop looks at it again; the true ones are
/// in the tree's own lists.</para>
/// </remarks>
[SkipLocalsInit]
internal readonly unsafe struct AssignmentSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Lanes = 8;
    private const int Group = 8 * Lanes;
    private const int Rounds = 5;

    private readonly T* costs;
    private readonly long stride;
    private readonly int rows, width;

    /// <summary>Prices of rows.</summary>
    public readonly double* U;

    /// <summary>Prices of columns.</summary>
    public readonly double* V;

    /// <summary>The column of each row.</summary>
    public readonly long* ColumnOf;

    private readonly double* distance;                                    // of each column that was met, as long as it is not in the tree
    private readonly double* nearest;                                     // lane by lane, the least of each group of vectors of distances
    private readonly double* occupied;                                    // 0 where a column is free, +∞ where not
    private readonly double* prices, lengths;                             // of the tree's columns
    private readonly long* tree, before, rowOf, waiting;

    public AssignmentSearch(byte* room, T* costs, long stride, int rows, int width)
    {
        this.costs = costs;
        (this.stride, this.rows, this.width) = (stride, rows, width);
        V = (double*)room;
        distance = V + width;
        occupied = distance + width;
        prices = occupied + width;
        lengths = prices + width;
        nearest = lengths + width;
        before = (long*)(nearest + GroupsOf(width) * Lanes);
        rowOf = before + width;
        tree = rowOf + width;
        U = (double*)(tree + width);
        ColumnOf = (long*)(U + rows);
        waiting = ColumnOf + rows;
        new Span<double>(V, width).Clear();
        new Span<double>(occupied, width).Clear();
        new Span<long>(rowOf, width).Fill(-1);
    }

    /// <summary>So many columns, in whole vectors.</summary>
    public static int WidthOf(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    private static int GroupsOf(int width) => (width + Group - 1) / Group;

    /// <summary>The bytes that a search needs.</summary>
    public static long Space(int rows, int width) => (8L * width + GroupsOf(width) * Lanes + WidthOf(3 * rows)) * sizeof(double);

    /// <summary>Finds the assignment; false where there is none.</summary>
    public bool Solve()
    {
        var left = Bid();
        for (var i = 0; i < left; i++)
            if (!Augment(waiting[i]))
                return false;
        return left >= 0;
    }

    /// <summary>The sum of the costs of the pairs.</summary>
    public double Total()
    {
        var total = 0.0;
        for (var row = 0; row < rows; row++)
            total += double.CreateTruncating(costs[row * stride + ColumnOf[row]]);
        return total;
    }

    /// <summary>Some rounds of bids; how many rows wait then, or -1 where a row has no finite cost.</summary>
    private int Bid()
    {
        var count = rows;
        for (var row = 0; row < rows; row++)
            waiting[row] = row;
        for (var round = 0; round < Rounds && count > 0; round++)
        {
            var left = 0;
            for (var i = 0; i < count; i++)
            {
                var row = waiting[i];
                var (first, second, column) = TwoCheapest(costs + row * stride);
                if (first == double.PositiveInfinity)
                    return -1;
                U[row] = first;
                var lowered = double.CreateTruncating(costs[row * stride + column]) - second;
                if (second < double.PositiveInfinity && lowered < V[column])
                    (U[row], V[column]) = (second, lowered);
                else if (rowOf[column] >= 0)                              // a tie
                    column = FreeAt(costs + row * stride, first);
                if (column < 0)
                {
                    waiting[left++] = row;
                    continue;
                }
                var owner = rowOf[column];
                (rowOf[column], ColumnOf[row], occupied[column]) = (row, column, double.PositiveInfinity);
                if (owner >= 0)
                    waiting[left++] = owner;
            }
            count = left;
        }
        return count;
    }

    /// <summary>The least cost after prices, the second least (which may be the same), and the column of the first.</summary>
    private (double First, double Second, int Column) TwoCheapest(T* row)
    {
        var first = Vector512.Create(double.PositiveInfinity);
        var (second, at) = (first, Vector512<long>.Zero);
        for (var j = 0; j < width; j += Lanes)
        {
            var cost = Load(row + j) - Vector512.Load(V + j);
            second = Vector512.MinNative(second, Vector512.MaxNative(first, cost));
            at = Vector512.ConditionalSelect(Vector512.LessThan(cost, first).AsInt64(), Vector512.Create((long)j), at);
            first = Vector512.MinNative(first, cost);
        }
        var least = Lowest(first);
        var lane = BitOperations.TrailingZeroCount(Vector512.Equals(first, Vector512.Create(least)).ExtractMostSignificantBits());
        return (least, Math.Min(second[lane], Lowest(first.WithElement(lane, double.PositiveInfinity))), (int)at[lane] + lane);
    }

    /// <summary>Gives a column to a row, and others to those in its way; false where that cannot be.</summary>
    private bool Augment(long row)
    {
        var (end, length, size) = Grow(row);
        if (end < 0)
            return false;
        U[row] += length;
        for (var k = 0; k < size; k++)                                    // new prices, with which every path of the tree costs nothing
        {
            var (column, gain) = (tree[k], length - lengths[k]);
            V[column] = prices[k] - gain;
            U[rowOf[column]] += gain;
        }
        occupied[end] = double.PositiveInfinity;
        for (long column = end; ;)
        {
            var owner = before[column];
            rowOf[column] = owner;
            (ColumnOf[owner], column) = (column, ColumnOf[owner]);
            if (owner == row)
                return true;
        }
    }

    /// <summary>The tree of shortest paths from a row, and the free column that it ends at; -1 where there is no way to one.</summary>
    private (int End, double Length, int Size) Grow(long row)
    {
        new Span<double>(distance, width).Fill(double.PositiveInfinity);
        new Span<double>(nearest, GroupsOf(width) * Lanes).Fill(double.PositiveInfinity);
        var (least, here) = (0.0, row);
        var (end, limit) = NearestFree(costs + row * stride, -U[row]);
        if (end >= 0)
            (before[end], distance[end]) = (row, limit);                  // lest a longer way take its place
        for (var size = 0; ; size++)
        {
            (end, limit) = Reach(here, least - U[here], end, limit);
            var (next, length) = Nearest();
            if (next < 0 || length >= limit)
                return (end, limit, size);
            (tree[size], lengths[size], prices[size]) = (next, length, V[next]);
            Hide(next);
            (least, here) = (length, rowOf[next]);
        }
    }

    /// <summary>The free column that is nearest to a row; none, and +∞, where all are forbidden.</summary>
    private (int Column, double Length) NearestFree(T* row, double offset)
    {
        var lowest = Vector512.Create(double.PositiveInfinity);
        for (var j = 0; j < width; j += Lanes)
            lowest = Vector512.MinNative(lowest, Load(row + j) + Vector512.Load(occupied + j));
        var least = Lowest(lowest);
        return least == double.PositiveInfinity ? (-1, least) : (FreeAt(row, least), least + offset);
    }

    /// <summary>Paths by one more row; gives the nearest free column then known.</summary>
    private (int End, double Limit) Reach(long here, double offset, int end, double limit)
    {
        T* row = costs + here * stride;
        double* known = distance, v = V, groups = nearest, taken = occupied;
        var (from, start, most) = (Vector512.Create(here), Vector512.Create(offset), Vector512.Create(limit));
        var free = most;
        for (var j = 0; j < width; j += Lanes)
        {
            var length = Load(row + j) - Vector512.Load(v + j) + start;
            if (!Vector512.LessThanAny(length, most))
                continue;
            var old = Vector512.Load(known + j);
            var shorter = Vector512.LessThan(length, old);
            Vector512.ConditionalSelect(shorter.AsInt64(), from, Vector512.Load(before + j)).Store(before + j);
            var now = Vector512.MinNative(length, old);
            now.Store(known + j);
            double* group = groups + j / Group * Lanes;
            Vector512.MinNative(now, Vector512.Load(group)).Store(group);
            free = Vector512.MinNative(free, now + Vector512.Load(taken + j));
        }
        var nearer = Lowest(free);
        return nearer < limit ? (FreeAt(distance, nearer), nearer) : (end, limit);
    }

    /// <summary>The nearest column that was met and is not in the tree; -1 where there is none.</summary>
    private (int Column, double Length) Nearest()
    {
        var (groups, lowest) = (GroupsOf(width) * Lanes, Vector512.Create(double.PositiveInfinity));
        for (var k = 0; k < groups; k += Lanes)
            lowest = Vector512.MinNative(lowest, Vector512.Load(nearest + k));
        var least = Lowest(lowest);
        if (least == double.PositiveInfinity)
            return (-1, least);
        var first = PlaceOf(nearest, least) / Lanes * Group;
        return (first + PlaceOf(distance + first, least), least);
    }

    /// <summary>A column enters the tree: loops see neither its price nor its distance.</summary>
    private void Hide(int column)
    {
        V[column] = double.NegativeInfinity;
        distance[column] = double.PositiveInfinity;
        var (first, lowest) = (column / Group * Group, Vector512.Create(double.PositiveInfinity));
        for (var j = first; j < Math.Min(first + Group, width); j += Lanes)
            lowest = Vector512.MinNative(lowest, Vector512.Load(distance + j));
        lowest.Store(nearest + column / Group * Lanes);
    }

    /// <summary>The first place of a number that is there.</summary>
    private static int PlaceOf(double* numbers, double wanted)
    {
        for (var i = 0; ; i += Lanes)
        {
            var equal = Vector512.Equals(Vector512.Load(numbers + i), Vector512.Create(wanted)).ExtractMostSignificantBits();
            if (equal != 0)
                return i + BitOperations.TrailingZeroCount(equal);
        }
    }

    /// <summary>A free column with this number; -1 where there is none.</summary>
    private int FreeAt<TNumber>(TNumber* numbers, double wanted)
        where TNumber : unmanaged
    {
        for (var j = 0; j < width; j += Lanes)
        {
            var equal = Vector512.Equals(Load(numbers + j) + Vector512.Load(occupied + j), Vector512.Create(wanted)).ExtractMostSignificantBits();
            if (equal != 0)
                return j + BitOperations.TrailingZeroCount(equal);
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load<TNumber>(TNumber* numbers)
        where TNumber : unmanaged
    {
        if (typeof(TNumber) == typeof(double))
            return Vector512.Load((double*)numbers);
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Double(Vector256.Load((float*)numbers));
        var (low, high) = Vector256.Widen(Vector256.Load((float*)numbers));
        return Vector512.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Lowest(Vector512<double> values)
    {
        var half = Vector256.MinNative(values.GetLower(), values.GetUpper());
        var quarter = Vector128.MinNative(half.GetLower(), half.GetUpper());
        return Math.Min(quarter[0], quarter[1]);
    }
}
