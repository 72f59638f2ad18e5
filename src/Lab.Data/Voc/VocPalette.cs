namespace Lab.Data.Voc;

/// <summary>The 256 colours of Pascal VOC's masks: index 0 black, 1 maroon, ..., 255 the cream of void.</summary>
public static class VocPalette
{
    private static readonly byte[] colors = Make();

    /// <summary>Red, green and blue of each index, 768 bytes.</summary>
    public static IReadOnlyList<byte> Colors => colors;

    /// <summary>The colour of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index outside of 0..255.</exception>
    public static (byte R, byte G, byte B) Of(int index)
    {
        if (index is < 0 or > 255)
            throw new ArgumentOutOfRangeException(nameof(index), index, "Must be in 0..255.");
        return (colors[3 * index], colors[(3 * index) + 1], colors[(3 * index) + 2]);
    }

    internal static byte[] Bytes => colors;

    /// <summary>The index of each colour, packed as 0xRRGGBB.</summary>
    internal static IReadOnlyDictionary<int, int> Indices { get; } =
        Enumerable.Range(0, 256).ToDictionary(i => (colors[3 * i] << 16) | (colors[(3 * i) + 1] << 8) | colors[(3 * i) + 2]);

    // The bits of an index, three at a time, become the high bits of red, green and blue (VOCdevkit, VOClabelcolormap.m).
    private static byte[] Make()
    {
        var bytes = new byte[768];
        for (var index = 0; index < 256; index++)
        {
            for (int rest = index, bit = 7; rest > 0; rest >>= 3, bit--)
            {
                for (var channel = 0; channel < 3; channel++)
                    bytes[(3 * index) + channel] |= (byte)(((rest >> channel) & 1) << bit);
            }
        }
        return bytes;
    }
}
