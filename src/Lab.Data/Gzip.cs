using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace Lab.Data;

/// <summary>Packs with the same bytes everywhere, and unpacks.</summary>
internal static class Gzip
{
    // Level 9 takes three times as long to save less than 1% of a set of images.
    private const int Level = 6;

    /// <summary>Whether a stream that can seek starts with gzip's signature; its position stays.</summary>
    public static bool Starts(Stream stream)
    {
        var start = stream.Position;
        var packed = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = start;
        return packed;
    }

    /// <summary>
    /// Unpacks on the fly; damage throws <see cref="SharpZipBaseException"/> or <see cref="EndOfStreamException"/> while reading.
    /// The system's <c>GZipStream</c> takes a file without its last bytes, the checksum, for a whole one.
    /// </summary>
    public static Stream Unpack(Stream stream) => new GZipInputStream(stream, 1 << 16) { IsStreamOwner = false };

    /// <summary>
    /// Packs. The system's zlib gives other bytes on other systems; SharpZipLib is managed code and gives the same, once its
    /// header has a fixed time.
    /// </summary>
    public static byte[] Pack(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipOutputStream(packed) { IsStreamOwner = false, ModifiedTime = DateTime.UnixEpoch })
        {
            gzip.SetLevel(Level);
            gzip.Write(content);
        }
        return packed.ToArray();
    }
}
