using System.Buffers.Binary;
using System.Text;
using ICSharpCode.SharpZipLib.Checksum;

namespace Lab.Data.Images;

/// <summary>The chunks that a PNG is made of: length, name, content, checksum.</summary>
internal static class PngChunks
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Goes through the chunks up to IEND.</summary>
    /// <exception cref="InvalidDataException">No PNG, cut off, or a checksum that does not fit.</exception>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> Read(ReadOnlyMemory<byte> file, string path)
    {
        if (!file.Span.StartsWith(Signature))
            throw new InvalidDataException($"{path}: wanted a PNG, got {Start(file.Span)}.");
        for (var at = Signature.Length; ;)
        {
            if (file.Length - at < 12)
                throw new InvalidDataException($"{path}: cut off at byte {file.Length}, before the end of the PNG (IEND).");
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
            var name = Encoding.ASCII.GetString(file.Span.Slice(at + 4, 4));
            if (length > file.Length - at - 12)
                throw new InvalidDataException($"{path}: cut off in chunk {name} at byte {at}: it has {length} bytes, {file.Length - at - 12} are left.");
            var named = file.Slice(at + 4, 4 + (int)length);
            var stored = BinaryPrimitives.ReadUInt32BigEndian(file.Span[(at + 8 + (int)length)..]);
            if (stored != Checksum(named))
                throw new InvalidDataException($"{path}: damaged in chunk {name} at byte {at}: the checksum does not fit.");
            yield return (name, named[4..]);
            if (name == "IEND")
                yield break;
            at += 12 + (int)length;
        }
    }

    /// <summary>Writes one chunk.</summary>
    public static void Write(Stream stream, string name, ReadOnlySpan<byte> content)
    {
        var bytes = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, content.Length);
        Encoding.ASCII.GetBytes(name, bytes.AsSpan(4));
        content.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + content.Length), Checksum(bytes.AsMemory(4, 4 + content.Length)));
        stream.Write(bytes);
    }

    private static uint Checksum(ReadOnlyMemory<byte> bytes)
    {
        var crc = new Crc32();
        crc.Update(new ArraySegment<byte>(bytes.ToArray()));
        return (uint)crc.Value;
    }

    private static string Start(ReadOnlySpan<byte> file) => file is [0xFF, 0xD8, ..]
        ? "a JPEG"
        : file.IsEmpty ? "an empty file" : $"a file that starts with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}";
}
