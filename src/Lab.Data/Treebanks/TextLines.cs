using System.Text;
using ICSharpCode.SharpZipLib;

namespace Lab.Data.Treebanks;

/// <summary>Files of text, gzipped or not.</summary>
internal static class TextLines
{
    /// <summary>A file's content.</summary>
    /// <exception cref="InvalidDataException">Damaged gzip data, or bytes that are no UTF-8: the message has the file and the line.</exception>
    public static string Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var file = File.OpenRead(path);
        using var content = new MemoryStream();
        try
        {
            using var unpacked = Gzip.Starts(file) ? Gzip.Unpack(file) : file;
            unpacked.CopyTo(content);
        }
        catch (Exception damage) when (damage is SharpZipBaseException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: the gzip data is damaged or cut off: {damage.Message}", damage);
        }
        var bytes = content.ToArray();
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException bad)
        {
            throw new InvalidDataException(
                $"{path}:{LineAt(bytes, Math.Max(0, bad.Index))}: wanted UTF-8, got a byte that is none (is it Latin-1?).", bad);
        }
    }

    /// <summary>The number of the line that a character is in, from 1.</summary>
    public static int LineAt(string text, int place) => 1 + text.AsSpan(0, Math.Min(place, text.Length)).Count('\n');

    private static int LineAt(byte[] bytes, int place) => 1 + bytes.AsSpan(0, Math.Min(place, bytes.Length)).Count((byte)'\n');
}
