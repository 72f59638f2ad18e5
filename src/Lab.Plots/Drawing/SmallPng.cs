using System.Buffers.Binary;
using System.IO.Compression;

namespace Lab.Plots.Drawing;

/// <summary>Writes 8-bit pictures, grey or in colours, as PNG (ISO/IEC 15948).</summary>
internal static class SmallPng
{
    private static readonly uint[] crcTable = [.. Enumerable.Range(0, 256).Select(CrcOfByte)];

    /// <summary>A picture as the <c>data:</c> address that pages and charts take in place of a file.</summary>
    public static string DataUri(byte[] pixels, int width, int height) =>
        $"data:image/png;base64,{Convert.ToBase64String(Encode(pixels, width, height))}";

    /// <summary>One byte a pixel is grey, three are red, green and blue.</summary>
    public static byte[] Encode(byte[] pixels, int width, int height)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;      // bits a sample
        header[9] = (byte)(pixels.Length == width * height ? 0 : 2);      // grey, or red, green, blue; the rest stays 0
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, Compress(pixels, pixels.Length / height, height));
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Compress(byte[] pixels, int stride, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
            for (var row = 0; row < height; row++)
            {
                zlib.WriteByte(0);      // filter: none
                zlib.Write(pixels, row * stride, stride);
            }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] content)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, content.Length);
        png.Write(word);
        png.Write(type);
        png.Write(content);
        var crc = Crc(Crc(uint.MaxValue, type), content) ^ uint.MaxValue;
        BinaryPrimitives.WriteUInt32BigEndian(word, crc);
        png.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            crc = crcTable[(crc ^ b) & 0xff] ^ (crc >> 8);
        return crc;
    }

    private static uint CrcOfByte(int value)
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        return crc;
    }
}
