using System.Buffers.Binary;

namespace Lab.Core.Runtime;

/// <summary>
/// Checks that an ELF library is whole before the system's loader maps it: the loader trusts the headers,
/// and a file that was cut short kills the process with SIGBUS.
/// </summary>
internal static class ElfExtent
{
    private const int HeaderSize = 64, SegmentSize = 56, SectionSize = 64;

    /// <summary>Checks a file by its headers alone; a file of any size takes well under a millisecond.</summary>
    /// <exception cref="InvalidDataException">Not a 64-bit ELF library, or cut short.</exception>
    public static void Check(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        Span<byte> header = stackalloc byte[HeaderSize];
        header = header[..RandomAccess.Read(file, header, 0)];
        var (offset, size) = SegmentTable(header, length, path);
        var segments = new byte[size];
        Check(header, segments.AsSpan(0, RandomAccess.Read(file, segments, offset)), length, path);
    }

    /// <summary>Checks a library that lies in memory whole.</summary>
    /// <exception cref="InvalidDataException">Not a 64-bit ELF library, or cut short.</exception>
    public static void Check(ReadOnlySpan<byte> image, string name)
    {
        var (offset, size) = SegmentTable(image, image.Length, name);
        Check(image, image.Slice((int)offset, size), image.Length, name);
    }

    private static (long Offset, int Size) SegmentTable(ReadOnlySpan<byte> header, long length, string name)
    {
        if (header.Length < HeaderSize || !header.StartsWith("\u007fELF"u8))
            throw new InvalidDataException($"{name} is damaged: it is not an ELF library ({length:N0} bytes).");
        if (header[4] != 2 || header[5] != 1)
            throw new InvalidDataException($"{name} is not a 64-bit little-endian library.");
        var (offset, size) = (U64(header, 32), U16(header, 56) * SegmentSize);
        return U16(header, 54) == SegmentSize && size <= length && offset <= (ulong)(length - size)
            ? ((long)offset, size)
            : throw new InvalidDataException($"{name} is damaged: its table of segments lies outside it ({length:N0} bytes).");
    }

    private static void Check(ReadOnlySpan<byte> header, ReadOnlySpan<byte> segments, long length, string name)
    {
        var end = U64(header, 40) is var sections and > 0 ? Sum(sections, (ulong)U16(header, 60) * SectionSize) : HeaderSize;
        for (; segments.Length >= SegmentSize; segments = segments[SegmentSize..])
            end = Math.Max(end, Sum(U64(segments, 8), U64(segments, 32)));
        if (end > (ulong)length)
            throw new InvalidDataException($"{name} is damaged: it should have at least {end:N0} bytes, and has {length:N0}.");
    }

    private static ulong Sum(ulong a, ulong b) => a > ulong.MaxValue - b ? ulong.MaxValue : a + b;

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
