namespace Lab.Data.Images;

/// <summary>What the samples of a PNG mean; the numbers are those of the format.</summary>
public enum PngColor
{
    /// <summary>One sample a pixel: a grey, or a measurement such as a depth.</summary>
    Grey = 0,

    /// <summary>Three samples a pixel: red, green, blue.</summary>
    Rgb = 2,

    /// <summary>One sample a pixel: an index into the palette. Segmentation masks of Pascal VOC are such files.</summary>
    Indexed = 3,

    /// <summary>Grey and opacity.</summary>
    GreyAlpha = 4,

    /// <summary>Red, green, blue and opacity.</summary>
    Rgba = 6,
}

/// <summary>The samples of a PNG as they are in the file: indices stay indices, 16 bits stay 16 bits.</summary>
/// <remarks>Source: PNG specification, third edition (W3C 2025). Interlaced files are refused; data sets have none.</remarks>
public sealed class PngImage
{
    /// <summary>Wraps samples, without copying them.</summary>
    /// <param name="width">Pixels from left to right, positive.</param>
    /// <param name="height">Pixels from top to bottom, positive.</param>
    /// <param name="color">What the samples mean.</param>
    /// <param name="samples">Row by row, the channels of a pixel together: <c>[H, W, channels]</c>.</param>
    /// <param name="bitDepth">Bits of a sample: 8 or 16, for indices 8. Files with 1, 2 or 4 are read too.</param>
    /// <param name="palette">Red, green and blue for each index, 1 to 256 of them; for <see cref="PngColor.Indexed"/> only.</param>
    /// <exception cref="ArgumentException">Numbers that do not fit together, or a sample that needs more bits.</exception>
    public PngImage(int width, int height, PngColor color, ushort[] samples, int bitDepth = 8, byte[]? palette = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (!Enum.IsDefined(color))
            throw new ArgumentOutOfRangeException(nameof(color), color, "Must be one of PNG's five colour types.");
        if (!IsLegal(color, bitDepth))
            throw new ArgumentException($"bitDepth must be one that PNG has for {color}, got {bitDepth}.", nameof(bitDepth));
        if (samples.Length != (long)width * height * ChannelsOf(color))
        {
            throw new ArgumentException(
                $"samples must hold {width} x {height} x {ChannelsOf(color)} values, got {samples.Length}.", nameof(samples));
        }
        if (color == PngColor.Indexed != palette is not null)
            throw new ArgumentException($"palette must be given for indexed colour and no other, got {color}.", nameof(palette));
        if (palette is not null && (palette.Length % 3 != 0 || palette.Length is 0 or > 768))
            throw new ArgumentException($"palette must hold 3 bytes for each of 1 to 256 colours, got {palette.Length}.", nameof(palette));
        var limit = palette?.Length / 3 ?? 1 << bitDepth;
        if (Array.FindIndex(samples, s => s >= limit) is var bad and >= 0)
            throw new ArgumentException($"samples must be below {limit}, got {samples[bad]} at {bad}.", nameof(samples));

        (Width, Height, Color, Samples, BitDepth, Palette) = (width, height, color, samples, bitDepth, palette);
    }

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>What the samples mean.</summary>
    public PngColor Color { get; }

    /// <summary>Bits of a sample in the file.</summary>
    public int BitDepth { get; }

    /// <summary>Row by row, the channels of a pixel together: <c>[H, W, channels]</c>.</summary>
    public IReadOnlyList<ushort> SampleList => Samples;

    /// <summary>Samples of a pixel.</summary>
    public int Channels => ChannelsOf(Color);

    /// <summary>Red, green and blue for each index; null unless indexed.</summary>
    public IReadOnlyList<byte>? PaletteList => Palette;

    internal ushort[] Samples { get; }

    internal byte[]? Palette { get; }

    /// <summary>The three colour samples of a pixel as the viewer sees them, 8 bits each; opacity is left out.</summary>
    internal (byte R, byte G, byte B) ColorAt(int pixel)
    {
        byte Eight(ushort sample) => BitDepth switch
        {
            16 => (byte)(sample >> 8),
            8 => (byte)sample,
            _ => (byte)(sample * 255 / ((1 << BitDepth) - 1)),
        };
        var at = pixel * Channels;
        switch (Color)
        {
            case PngColor.Indexed:
                var entry = 3 * Samples[at];
                return (Palette![entry], Palette[entry + 1], Palette[entry + 2]);
            case PngColor.Rgb or PngColor.Rgba:
                return (Eight(Samples[at]), Eight(Samples[at + 1]), Eight(Samples[at + 2]));
            default:
                var grey = Eight(Samples[at]);
                return (grey, grey, grey);
        }
    }

    internal static int ChannelsOf(PngColor color) => color switch
    {
        PngColor.Rgb => 3,
        PngColor.GreyAlpha => 2,
        PngColor.Rgba => 4,
        _ => 1,
    };

    internal static bool IsLegal(PngColor color, int bitDepth) => color switch
    {
        PngColor.Grey => bitDepth is 1 or 2 or 4 or 8 or 16,
        PngColor.Indexed => bitDepth is 1 or 2 or 4 or 8,
        _ => bitDepth is 8 or 16,
    };
}
