using StbImageSharp;

namespace Lab.Data.Images;

/// <summary>Reads pictures by what is in the file, not by its ending: PNG and JPEG, the formats of the data sets.</summary>
public static class ImageFile
{
    private const long MostPixels = 1 << 28;

    /// <summary>Reads a picture; greys get three equal channels, opacity is left out, 16 bits become 8.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">No PNG or JPEG, or a damaged one; the message names the file and the reason.</exception>
    public static RgbImage ReadRgb(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = File.ReadAllBytes(path);
        return file is [0xFF, 0xD8, 0xFF, ..] ? DecodeJpeg(file, path) : ToRgb(PngFile.Decode(file, path));
    }

    /// <summary>Red, green and blue of any PNG: palette looked up, greys tripled.</summary>
    public static RgbImage ToRgb(PngImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = new byte[3 * image.Width * image.Height];
        for (var i = 0; i < image.Width * image.Height; i++)
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = image.ColorAt(i);
        return new(image.Height, image.Width, pixels);
    }

    private static RgbImage DecodeJpeg(byte[] file, string path)
    {
        try
        {
            using (var header = new WholeStream(file))
            {
                if (ImageInfo.FromStream(header) is { } info && (long)info.Width * info.Height > MostPixels)
                    throw new InvalidDataException($"{path}: too large to read: {info.Width} x {info.Height} pixels.");
            }
            using var whole = new WholeStream(file);
            var image = ImageResult.FromStream(whole, ColorComponents.RedGreenBlue);
            return new(image.Height, image.Width, image.Data);
        }
#pragma warning disable CA1031 // The decoder throws bare exceptions, and those of arrays, for a damaged file.
        catch (Exception damage) when (damage is not InvalidDataException and not OutOfMemoryException)
#pragma warning restore CA1031
        {
            throw new InvalidDataException($"{path}: damaged JPEG: {damage.Message}", damage);
        }
    }

    /// <summary>Refuses to be read past its end: the decoder would wait there for a marker for ever.</summary>
    private sealed class WholeStream(byte[] content) : MemoryStream(content)
    {
        public override int ReadByte() => Position < Length ? base.ReadByte() : throw new EndOfStreamException("the file is cut off.");

        public override int Read(byte[] buffer, int offset, int count) =>
            Position < Length || count == 0 ? base.Read(buffer, offset, count) : throw new EndOfStreamException("the file is cut off.");
    }
}
