using System.Numerics;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Class indices in memory, one for each place, some of them to be ignored.</summary>
internal readonly unsafe struct ClassTargets(Tensor targets, long ignoreIndex)
{
    private readonly long* indices = ClassGrid.Pointer<long>(targets);
    private readonly long ignored = ignoreIndex;

    /// <summary>The class of a place.</summary>
    public long this[long place] => indices[place];

    /// <summary>Whether the place counts nowhere.</summary>
    public bool Ignores(long place) => indices[place] == ignored;

    /// <summary>Where the true class of a tile's i-th place lies, from the tile's first entry.</summary>
    public long Entry(ClassGrid grid, Tile tile, int i) =>
        grid.IsRows ? i * grid.Classes + indices[tile.Place + i] : indices[tile.Place + i] * grid.Inner + i;

    /// <summary>Writes, for each place of a tile, its class as a number, or -1 where it is ignored.</summary>
    public void Numbers<T>(Tile tile, T* numbers) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < tile.Count; i++)
            numbers[i] = Ignores(tile.Place + i) ? T.NegativeOne : T.CreateTruncating(indices[tile.Place + i]);
    }

    /// <summary>Writes, for each place of a tile, all bits, or none where it is ignored.</summary>
    public void Kept<T>(Tile tile, T* kept) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < tile.Count; i++)
            kept[i] = Ignores(tile.Place + i) ? T.Zero : Vector<T>.AllBitsSet[0];
    }
}
