namespace Lab.Plots.Drawing;

/// <summary>The pixels of a picture with its regions laid over, enlarged so that browsers show sharp pixels.</summary>
internal sealed class PicturePixels
{
    private const int Ignored = 255;
    private static readonly (double R, double G, double B) grey = (0xB8, 0xB8, 0xB8);
    private readonly (double R, double G, double B)[] pixels;

    private PicturePixels(int height, int width, (double R, double G, double B)[] pixels) =>
        (Height, Width, this.pixels) = (height, width, pixels);

    public int Height { get; }

    public int Width { get; }

    /// <summary>Mixes image and labels; the edges of regions are drawn full.</summary>
    /// <exception cref="ArgumentException">Another shape, or an image and labels of two sizes.</exception>
    public static PicturePixels Of(Picture picture, double opacity, string name)
    {
        var (height, width) = Size(picture, name);
        var pixels = picture.Image is null ? Flat(height * width) : Image(picture.Image, height, width);
        if (picture.Labels is not null)
            Lay(picture.Labels.Flat, pixels, height, width, picture.Image is null ? 1 : opacity);
        return new(height, width, pixels);
    }

    /// <summary>The picture as the address of a PNG of about <paramref name="side"/> pixels.</summary>
    public string DataUri(int side)
    {
        var zoom = Math.Clamp(side / Math.Max(Width, Height), 1, 8);
        var bytes = new byte[3 * pixels.Length * zoom * zoom];
        for (var y = 0; y < Height * zoom; y++)
        {
            for (var x = 0; x < Width * zoom; x++)
            {
                var (r, g, b) = pixels[(y / zoom * Width) + (x / zoom)];
                var at = 3 * ((y * Width * zoom) + x);
                (bytes[at], bytes[at + 1], bytes[at + 2]) = (Byte(r), Byte(g), Byte(b));
            }
        }
        return SmallPng.DataUri(bytes, Width * zoom, Height * zoom);
    }

    private static (int Height, int Width) Size(Picture picture, string name)
    {
        var image = picture.Image?.Shape switch
        {
            null => ((int, int)?)null,
            [1 or 3, > 0 and var h, > 0 and var w] => ((int)h, (int)w),
            [> 0 and var h, > 0 and var w] => ((int)h, (int)w),
            _ => throw picture.Image!.BadShape($"{name}.Image", "[3, H, W], [1, H, W] or [H, W], no side 0"),
        };
        var labels = picture.Labels?.Shape switch
        {
            null => ((int, int)?)null,
            [> 0 and var h, > 0 and var w] => ((int)h, (int)w),
            _ => throw picture.Labels!.BadShape($"{name}.Labels", "[H, W], no side 0"),
        };
        if (image is { } a && labels is { } b && a != b)
            throw picture.Labels!.BadShape($"{name}.Labels", $"[{a.Item1}, {a.Item2}], as the image");
        return image ?? labels ?? throw new ArgumentException($"{name} must have an image or labels, got neither.", name);
    }

    private static (double, double, double)[] Flat(int count)
    {
        var pixels = new (double, double, double)[count];
        Array.Fill(pixels, (255, 255, 255));
        return pixels;
    }

    private static (double, double, double)[] Image(Numbers image, int height, int width)
    {
        var (values, count) = (image.Flat, height * width);
        if (image.Shape.Count == 3)
        {
            var step = image.Shape[0] == 3 ? count : 0;
            return [.. Enumerable.Range(0, count).Select(i => (255 * values[i], 255 * values[i + step], 255 * values[i + 2 * step]))];
        }
        var finite = values.Where(double.IsFinite).DefaultIfEmpty();
        var (low, high) = (finite.Min(), finite.Max());
        return [.. values.Select(v => double.IsFinite(v) ? Palette.At(Palette.Path, high > low ? (v - low) / (high - low) : 0.5) : grey)];
    }

    private static void Lay(double[] labels, (double R, double G, double B)[] pixels, int height, int width, double opacity)
    {
        for (var i = 0; i < pixels.Length; i++)
        {
            var label = labels[i];
            if (label == 0)
                continue;
            var (y, x) = (i / width, i % width);
            var edge = (x > 0 && labels[i - 1] != label) || (x < width - 1 && labels[i + 1] != label)
                || (y > 0 && labels[i - width] != label) || (y < height - 1 && labels[i + width] != label);
            var color = label == Ignored ? grey : Palette.Channels(Palette.Region((int)label - 1));
            var share = edge && label != Ignored ? Math.Max(opacity, 0.9) : opacity;
            var under = pixels[i];
            pixels[i] = (under.R + share * (color.R - under.R), under.G + share * (color.G - under.G), under.B + share * (color.B - under.B));
        }
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(double.IsNaN(value) ? 184 : value), 0, 255);
}
