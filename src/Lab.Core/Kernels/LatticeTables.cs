using System.Runtime.CompilerServices;
using Lab.Core.Dense;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Lays points onto a permutohedral lattice, one after the other, and numbers the corners with a hash table.</summary>
/// <remarks>What it makes is what <see cref="Lattice"/> makes of tensor operations, but for the order of the corners.</remarks>
internal sealed unsafe class LatticeTables
{
    private const int Empty = -1;

    private readonly int dimensions;
    private readonly double[,] embedding;
    private int[] keys = new int[1024];                                   // D to a corner
    private int[] slots;
    private int count;                                                    // of corners, those of the images before included
    private int before;                                                   // those of the images before

    private LatticeTables(int dimensions)
    {
        this.dimensions = dimensions;
        embedding = Lattice.Embedding(dimensions);
        slots = NewSlots(1024);
    }

    /// <summary>Points <c>[B, N, D]</c>, float64 and contiguous.</summary>
    public static Lattice Of(Tensor points)
    {
        var (batch, number, axes) = (points.size(0), points.size(1), (int)points.size(2) + 1);
        var corners = empty([batch * number, axes], ScalarType.Int64);
        var weights = empty([batch * number, axes], ScalarType.Float64);
        var tables = new LatticeTables(axes - 1);
        double* x = ClassGrid.Pointer<double>(points), w = ClassGrid.Pointer<double>(weights);
        long* c = ClassGrid.Pointer<long>(corners);
        var links = new List<long[]>();
        for (var image = 0L; image < batch; image++)
        {
            tables.Begin();
            for (var n = 0L; n < number; n++, x += axes - 1, c += axes, w += axes)
                tables.Lay(x, c, w);
            links.Add(tables.Links());
        }
        GC.KeepAlive(points);
        return new(corners, weights, tables.Joined(links));
    }

    /// <summary>The next image shares no corner with those before.</summary>
    private void Begin()
    {
        before = count;
        Array.Fill(slots, Empty);
    }

    /// <summary>One point: the corners of its simplex and their weights.</summary>
    [SkipLocalsInit]
    private void Lay(double* x, long* corners, double* weights)
    {
        var axes = dimensions + 1;
        Span<double> lifted = stackalloc double[axes], rest = stackalloc double[axes], sorted = stackalloc double[axes];
        Span<int> nearest = stackalloc int[axes], rank = stackalloc int[axes], key = stackalloc int[axes];
        var excess = 0;
        for (var i = 0; i < axes; i++)
        {
            var sum = 0.0;
            for (var d = 0; d < dimensions; d++)
                sum += x[d] * embedding[d, i];
            lifted[i] = sum / axes;
            nearest[i] = (int)Math.Round(lifted[i]);
            rest[i] = lifted[i] - nearest[i];
            excess += nearest[i];
            rank[i] = 0;
        }
        for (var i = 0; i < axes; i++)
            for (var j = i + 1; j < axes; j++)
                rank[rest[j] > rest[i] ? i : j]++;
        for (var i = 0; i < axes; i++)
        {
            rank[i] += excess;
            var turn = rank[i] < 0 ? 1 : rank[i] > dimensions ? -1 : 0;
            rank[i] += axes * turn;
            nearest[i] += turn;
            sorted[dimensions - rank[i]] = lifted[i] - nearest[i];
        }
        var heaviest = 0;
        for (var k = 0; k < axes; k++)
        {
            weights[k] = k == 0 ? 1 + sorted[0] - sorted[dimensions] : sorted[k] - sorted[k - 1];
            if (weights[k] > weights[heaviest])
                heaviest = k;
        }
        for (var k = 0; k < axes; k++)
        {
            if (!(weights[k] >= Lattice.LeastWeight))
            {
                (weights[k], corners[k]) = (0, Empty);
                continue;
            }
            for (var i = 0; i < dimensions; i++)
                key[i] = axes * nearest[i] + (rank[i] <= dimensions - k ? k : k - axes);
            corners[k] = Find(key[..dimensions], add: true);
        }
        for (var k = 0; k < axes; k++)
            if (corners[k] == Empty)
                corners[k] = corners[heaviest];
    }

    /// <summary>The number of a corner; that of a new one, or -1.</summary>
    private int Find(ReadOnlySpan<int> key, bool add)
    {
        var mask = slots.Length - 1;
        var slot = Hash(key) & mask;
        for (; slots[slot] != Empty; slot = (slot + 1) & mask)
            if (key.SequenceEqual(KeyOf(slots[slot])))
                return slots[slot];
        if (!add)
            return Empty;
        if ((long)(count + 1) * dimensions > keys.Length)
            Array.Resize(ref keys, 2 * Math.Max(keys.Length, (count + 1) * dimensions));
        key.CopyTo(keys.AsSpan(count * dimensions));
        slots[slot] = count++;
        if (2 * (count - before) > slots.Length)
            Grow();
        return count - 1;
    }

    private void Grow()
    {
        slots = NewSlots(2 * slots.Length);
        for (var corner = before; corner < count; corner++)
        {
            var slot = Hash(KeyOf(corner)) & (slots.Length - 1);
            while (slots[slot] != Empty)
                slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = corner;
        }
    }

    /// <summary>The neighbours of this image's corners: for each axis those on one side, then those on the other; -1 is none.</summary>
    private long[] Links()
    {
        var (own, axes) = (count - before, dimensions + 1);
        var links = new long[2L * axes * own];
        Span<int> key = stackalloc int[axes];
        for (var side = 0; side < 2; side++)
        {
            var sign = side == 0 ? 1 : -1;
            for (var axis = 0; axis < axes; axis++)
            {
                for (var corner = before; corner < count; corner++)
                {
                    for (var i = 0; i < dimensions; i++)
                        key[i] = keys[corner * dimensions + i] + sign * (i == axis ? 1 - axes : 1);
                    links[(2L * axis + side) * own + corner - before] = Find(key[..dimensions], add: false);
                }
            }
        }
        return links;
    }

    /// <summary>The links of all images side by side, <c>[D + 1, 2, M + 1]</c>; M stands for none.</summary>
    private Tensor Joined(List<long[]> links)
    {
        var axes = dimensions + 1;
        var neighbours = empty([axes, 2, count + 1L], ScalarType.Int64);
        long* next = ClassGrid.Pointer<long>(neighbours);
        for (var row = 0; row < 2 * axes; row++)
        {
            foreach (var ofImage in links)
            {
                var own = ofImage.Length / (2 * axes);
                for (var i = 0; i < own; i++)
                {
                    var link = ofImage[row * own + i];
                    *next++ = link == Empty ? count : link;
                }
            }
            *next++ = count;
        }
        return neighbours;
    }

    private ReadOnlySpan<int> KeyOf(int corner) => keys.AsSpan(corner * dimensions, dimensions);

    private static int[] NewSlots(int size)
    {
        var slots = new int[size];
        Array.Fill(slots, Empty);
        return slots;
    }

    private static int Hash(ReadOnlySpan<int> key)
    {
        var hash = 0u;
        foreach (var entry in key)
            hash = (hash + (uint)entry) * 2531011;
        return (int)((hash ^ (hash >> 15)) & int.MaxValue);
    }
}
