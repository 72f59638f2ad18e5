using System.IO.Compression;
using ICSharpCode.SharpZipLib.GZip;

namespace Lab.Data;

/// <summary>Packs with the same bytes everywhere, and unpacks.</summary>
internal static class Gzip
{
    private const int BestLevel = 9;

    /// <summary>Whether a stream that can seek starts with gzip's signature; its position stays.</summary>
    public static bool Starts(Stream stream)
    {
        var start = stream.Position;
        var packed = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = start;
        return packed;
    }

    /// <summary>Unpacks on the fly; damage throws <see cref="InvalidDataException"/> while reading.</summary>
    public static Stream Unpack(Stream stream) => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);

    /// <summary>
    /// Packs. The system's zlib gives other bytes on other systems; SharpZipLib is managed code and gives the same, once its
    /// header has a fixed time.
    /// </summary>
    public static byte[] Pack(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipOutputStream(packed) { IsStreamOwner = false, ModifiedTime = DateTime.UnixEpoch })
        {
            gzip.SetLevel(BestLevel);
            gzip.Write(content);
        }
        return packed.ToArray();
    }
}
