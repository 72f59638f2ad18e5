using ICSharpCode.SharpZipLib;
using Lab.Shared;

namespace Lab.Data.Idx;

/// <summary>Reads and writes IDX files, plain or gzipped.</summary>
public static class IdxFile
{
    /// <summary>Reads a file. Whether it is gzipped is seen from its content, not its name.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// Not IDX, an unknown element type, cut short, or longer than its header says; the message names the file, what was
    /// wanted and what was got.
    /// </exception>
    public static IdxArray Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return Read(file, path);
    }

    /// <summary>Reads a stream that can seek. Whether it is gzipped is seen from its content.</summary>
    /// <param name="stream">The stream, at the start of the content; left open.</param>
    /// <param name="name">How errors name it.</param>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>.</exception>
    public static IdxArray Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!Gzip.Starts(stream))
            return new IdxReader(stream, name).Read();
        using var unpacked = Gzip.Unpack(stream);
        try
        {
            return new IdxReader(unpacked, name).Read();
        }
        catch (Exception damage) when (damage is SharpZipBaseException or EndOfStreamException)
        {
            throw new InvalidDataException($"{name}: wanted a whole gzip stream, got a damaged one: {damage.Message.TrimEnd('.')}.", damage);
        }
    }

    /// <summary>Writes a file, beside its place first and then renamed, so that no reader ever sees half of it.</summary>
    /// <param name="path">The file; written gzipped if the name ends in <c>.gz</c>.</param>
    /// <param name="array">What to write.</param>
    /// <remarks>The same array gives the same bytes on every system, gzipped or not.</remarks>
    public static void Write(string path, IdxArray array)
    {
        ArgumentNullException.ThrowIfNull(path);
        var content = Encode(array);
        AtomicFile.Write(path, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Gzip.Pack(content) : content);
    }

    /// <summary>The bytes of the plain file.</summary>
    public static byte[] Encode(IdxArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return IdxWriter.Encode(array);
    }
}
