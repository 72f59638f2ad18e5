using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>A contiguous tensor seen as <c>[Outer, Classes, Inner]</c>: the dimensions before the classes', theirs, those after.</summary>
/// <remarks>With Inner = 1 the classes of a place lie side by side, a row; else they lie Inner entries apart, a column.</remarks>
internal readonly record struct ClassGrid(long Outer, long Classes, long Inner)
{
    /// <summary>The most places of a tile, and so the size of its scratch memory: a multiple of every vector's width.</summary>
    public const int MostPlaces = 8192;

    private const long TileEntries = 1 << 18;                         // stays in the outer caches between passes
    private const long ManyEntries = 1 << 15;                         // worth the start of another thread
    private const long LeastColumns = 64;                             // some cache lines of each class
    private const long TilesPerThread = 4;                            // so that none waits long for the last one

    /// <summary>How many distributions there are.</summary>
    public long Places => Outer * Inner;

    /// <summary>Whether the classes of a place lie side by side.</summary>
    public bool IsRows => Inner == 1;

    public static ClassGrid Of(Tensor logits, long dim)
    {
        var shape = logits.shape;
        return new(Product(shape.AsSpan(0, (int)dim)), shape[dim], Product(shape.AsSpan((int)dim + 1)));
    }

    /// <summary>Where a contiguous CPU tensor's numbers lie. They do not move, and live as long as the tensor.</summary>
    public static unsafe T* Pointer<T>(Tensor tensor) where T : unmanaged
    {
        if (tensor.numel() * sizeof(T) <= int.MaxValue)
            return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        using var first = tensor.view(-1).narrow(0, 0, 1);            // a span cannot hold more
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Cuts the grid into tiles, and works on them with as many threads as torch would use.</summary>
    public void ForEachTile(Action<Tile> work)
    {
        var grid = this;
        var threads = Places * Classes < ManyEntries ? 1 : get_num_threads();
        var width = Width(threads);
        var across = ((IsRows ? Outer : Inner) + width - 1) / width;
        var tiles = IsRows ? across : Outer * across;
        if (threads == 1 || tiles == 1)
        {
            for (var i = 0L; i < tiles; i++)
                work(grid.Tile(i, width, across));
            return;
        }
        Parallel.For(0, tiles, new() { MaxDegreeOfParallelism = threads }, i => work(grid.Tile(i, width, across)));
    }

    /// <summary>How many places a tile has.</summary>
    private long Width(int threads)
    {
        var fair = threads == 1 ? MostPlaces : Places / (threads * TilesPerThread);
        var width = Math.Min(TileEntries / Classes, fair);
        return Math.Clamp(IsRows ? width : width / LeastColumns * LeastColumns, IsRows ? 1 : LeastColumns, MostPlaces);
    }

    private Tile Tile(long index, long width, long across)
    {
        if (IsRows)
            return new(index * width, index * width * Classes, (int)Math.Min(width, Outer - index * width));
        var (outer, column) = Math.DivRem(index, across);
        var start = column * width;
        return new(outer * Inner + start, outer * Classes * Inner + start, (int)Math.Min(width, Inner - start));
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        var product = 1L;
        foreach (var size in sizes)
            product *= size;
        return product;
    }
}

/// <summary>Places side by side: whole rows, or a part of the columns of one Outer.</summary>
/// <param name="Place">The first place's number.</param>
/// <param name="Entry">The number of its entry of class 0.</param>
/// <param name="Count">How many places.</param>
internal readonly record struct Tile(long Place, long Entry, int Count);
