using System.Buffers;
using System.Runtime.InteropServices;

namespace Lab.Core.Kernels;

/// <summary>
/// Working memory of a loop: borrowed, so that no call pays for fresh pages, and cut along cache lines, so that no vector lies
/// across two of them. What is in it at first is not known.
/// </summary>
internal sealed unsafe class ChainRoom : IDisposable
{
    private const int Line = 64;                                          // bytes; also those of the widest vector
    private const long MostBorrowed = 1 << 30;

    private readonly byte[]? borrowed;
    private readonly GCHandle pin;
    private readonly void* own;
    private byte* next;

    /// <param name="bytes">How much will be taken: the sum of <see cref="Bytes{T}"/> of its pieces.</param>
    public ChainRoom(long bytes)
    {
        if (bytes > MostBorrowed)
        {
            next = (byte*)(own = NativeMemory.AlignedAlloc((nuint)bytes, Line));
            return;
        }
        borrowed = ArrayPool<byte>.Shared.Rent((int)bytes + Line);
        pin = GCHandle.Alloc(borrowed, GCHandleType.Pinned);
        var first = (byte*)pin.AddrOfPinnedObject();
        next = first + (Line - (nint)first % Line) % Line;
    }

    /// <summary>What a piece of so many numbers needs.</summary>
    public static long Bytes<T>(long count)
        where T : unmanaged => (count * sizeof(T) + Line - 1) / Line * Line;

    /// <summary>The next piece.</summary>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        var piece = (T*)next;
        next += Bytes<T>(count);
        return piece;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (borrowed is null)
        {
            NativeMemory.AlignedFree(own);
            return;
        }
        pin.Free();
        ArrayPool<byte>.Shared.Return(borrowed);
    }
}
