using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Lab.Data.Idx;

/// <summary>Between IDX's big-endian elements and this machine's.</summary>
internal static class ByteOrder
{
    /// <summary>Turns every element's bytes around, in place; does nothing on a big-endian machine.</summary>
    public static void Swap(Span<byte> bytes, int elementSize)
    {
        if (!BitConverter.IsLittleEndian)
            return;
        switch (elementSize)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, short>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, int>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
