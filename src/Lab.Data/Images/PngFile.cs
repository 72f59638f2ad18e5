using System.Buffers.Binary;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Zip.Compression;
using ICSharpCode.SharpZipLib.Zip.Compression.Streams;
using Lab.Shared;

namespace Lab.Data.Images;

/// <summary>Reads and writes PNG files without changing a sample: masks by index, depths in 16 bits.</summary>
public static class PngFile
{
    private const int Header = 13;
    private const long MostSamples = 1 << 28;            // a file of a few bytes may claim any size

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">No PNG, a damaged one, an interlaced one, or one of more than 268 million samples; the
    /// message names the file and the reason.</exception>
    public static PngImage Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Writes a file: beside it first, then in its place. The same image gives the same bytes everywhere.</summary>
    public static void Write(string path, PngImage image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encode(image));
    }

    /// <summary>Reads a file's bytes; <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    public static PngImage Decode(ReadOnlyMemory<byte> file, string name)
    {
        (int Width, int Height, int Depth, PngColor Color)? header = null;
        byte[]? palette = null;
        using var packed = new MemoryStream();
        foreach (var (chunk, content) in PngChunks.Read(file, name))
        {
            if (header is null && chunk != "IHDR")
                throw new InvalidDataException($"{name}: wanted chunk IHDR first, got {chunk}.");
            if (chunk == "IHDR")
                header = ReadHeader(content.Span, name);
            else if (chunk == "PLTE")
                palette = content.ToArray();
            else if (chunk == "IDAT")
                packed.Write(content.Span);
        }

        var (width, height, depth, color) = header ?? throw new InvalidDataException($"{name}: no chunk IHDR.");
        var channels = PngImage.ChannelsOf(color);
        var stride = (int)(((long)width * channels * depth + 7) / 8);
        var rows = Unpack(packed.ToArray(), (long)(stride + 1) * height, name);
        var samples = new ushort[width * height * channels];
        var above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var filter = rows[y * (stride + 1)];
            if (filter >= PngFilter.Count)
                throw new InvalidDataException($"{name}: damaged in row {y}: filter {filter} does not exist.");
            var row = rows.AsSpan(y * (stride + 1) + 1, stride);
            PngFilter.Undo(filter, row, above, Math.Max(1, channels * depth / 8));
            row.CopyTo(above);
            Spread(row, depth, samples.AsSpan(y * width * channels, width * channels));
        }
        try
        {
            return new(width, height, color, samples, depth, color == PngColor.Indexed ? palette ?? [] : null);
        }
        catch (ArgumentException wrong)
        {
            throw new InvalidDataException($"{name}: {wrong.Message}", wrong);
        }
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Encode(PngImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.BitDepth < 8)
            throw new ArgumentException($"image must have 8 or 16 bits per sample to be written, got {image.BitDepth}.", nameof(image));
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        Span<byte> header = stackalloc byte[Header];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = (byte)image.BitDepth;
        header[9] = (byte)image.Color;
        PngChunks.Write(file, "IHDR", header);
        if (image.Palette is not null)
            PngChunks.Write(file, "PLTE", image.Palette);
        PngChunks.Write(file, "IDAT", Pack(image));
        PngChunks.Write(file, "IEND", []);
        return file.ToArray();
    }

    private static (int, int, int, PngColor) ReadHeader(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length != Header)
            throw new InvalidDataException($"{name}: wanted {Header} bytes in IHDR, got {content.Length}.");
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]));
        var (depth, color) = ((int)content[8], (PngColor)content[9]);
        if (width <= 0 || height <= 0 || !Enum.IsDefined(color) || !PngImage.IsLegal(color, depth))
            throw new InvalidDataException($"{name}: no legal PNG: {width} x {height} pixels, {depth} bits, colour type {(int)color}.");
        if ((long)width * height * PngImage.ChannelsOf(color) > MostSamples)
            throw new InvalidDataException($"{name}: too large to read: {width} x {height} pixels.");
        return content[12] == 0
            ? (width, height, depth, color)
            : throw new InvalidDataException($"{name}: interlaced PNGs are not read; save it without interlacing.");
    }

    private static byte[] Unpack(byte[] packed, long size, string name)
    {
        try
        {
            var rows = new byte[size];
            using var stream = new InflaterInputStream(new MemoryStream(packed));
            stream.ReadExactly(rows);
            return rows;
        }
        catch (Exception damage) when (damage is SharpZipBaseException or EndOfStreamException)
        {
            throw new InvalidDataException($"{name}: damaged or incomplete pixels: {damage.Message}", damage);
        }
    }

    /// <summary>The samples of a row: several in a byte, one, or one in two bytes.</summary>
    private static void Spread(ReadOnlySpan<byte> row, int depth, Span<ushort> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = depth switch
            {
                16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]),
                8 => row[i],
                _ => (ushort)((row[i * depth / 8] >> (8 - depth - i * depth % 8)) & ((1 << depth) - 1)),
            };
        }
    }

    private static byte[] Pack(PngImage image)
    {
        var bytes = image.BitDepth / 8;
        var step = image.Channels * bytes;
        var stride = image.Width * step;
        var (row, above, trial, best) = (new byte[stride], new byte[stride], new byte[stride], new byte[stride]);
        using var packed = new MemoryStream();
        using (var deflate = new DeflaterOutputStream(packed, new Deflater(Deflater.DEFAULT_COMPRESSION)) { IsStreamOwner = false })
        {
            for (var y = 0; y < image.Height; y++)
            {
                for (var i = 0; i < stride / bytes; i++)
                {
                    var sample = image.Samples[y * (stride / bytes) + i];
                    if (bytes == 2)
                        BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(2 * i), sample);
                    else
                        row[i] = (byte)sample;
                }
                deflate.WriteByte((byte)Choose(image, row, above, step, trial, ref best));
                deflate.Write(best);
                (row, above) = (above, row);
            }
        }
        return packed.ToArray();
    }

    /// <summary>The filter with the smallest differences; none for indices, whose differences mean nothing.</summary>
    private static int Choose(PngImage image, byte[] row, byte[] above, int step, byte[] trial, ref byte[] best)
    {
        var (chosen, least) = (0, long.MaxValue);
        for (var filter = 0; filter < (image.Color == PngColor.Indexed ? 1 : PngFilter.Count); filter++)
        {
            PngFilter.Apply(filter, row, above, step, trial);
            var size = trial.Sum(b => (long)Math.Min(b, 256 - b));
            if (size >= least)
                continue;
            (chosen, least) = (filter, size);
            trial.CopyTo(best, 0);
        }
        return chosen;
    }
}
