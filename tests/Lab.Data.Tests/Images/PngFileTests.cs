using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Lab.Data.Images;

namespace Lab.Data.Tests.Images;

public sealed class PngFileTests
{
    private static readonly byte[] rainbow = [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 7))];

    private static PngImage Random(int width, int height, PngColor color, int depth, int seed, bool smooth)
    {
        var random = new Random(seed);
        var channels = color switch { PngColor.Rgb => 3, PngColor.Rgba => 4, PngColor.GreyAlpha => 2, _ => 1 };
        var samples = new ushort[width * height * channels];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (ushort)(smooth && i > 0 ? (samples[i - 1] + random.Next(3)) % (1 << depth) : random.Next(1 << depth));
        return new(width, height, color, samples, depth, color == PngColor.Indexed ? rainbow : null);
    }

    [Property(MaxTest = 200)]
    public Property What_is_written_is_read_back() => Prop.ForAll(
        Arb.From(
            from width in Gen.Choose(1, 17)
            from height in Gen.Choose(1, 9)
            from kind in Gen.Elements((PngColor.Grey, 8), (PngColor.Grey, 16), (PngColor.Rgb, 8), (PngColor.Rgb, 16), (PngColor.Indexed, 8), (PngColor.GreyAlpha, 8), (PngColor.Rgba, 8))
            from seed in Gen.Choose(0, int.MaxValue)
            from smooth in Gen.Elements(false, true)
            select (width, height, kind, seed, smooth)),
        c =>
        {
            var image = Random(c.width, c.height, c.kind.Item1, c.kind.Item2, c.seed, c.smooth);
            var back = PngFile.Decode(PngFile.Encode(image), "back");
            Assert.Equal((image.Width, image.Height, image.Color, image.BitDepth), (back.Width, back.Height, back.Color, back.BitDepth));
            Assert.Equal(image.SampleList, back.SampleList);
            Assert.Equal(image.PaletteList, back.PaletteList);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Several_samples_in_a_byte_are_taken_apart(int depth)
    {
        // 5 x 2 greys of so many bits, by hand: 0, 1, 2, ... packed from the high bits down, each row starting a byte.
        var mask = (1 << depth) - 1;
        var rows = Enumerable.Range(0, 2).Select(y =>
        {
            var row = new byte[1 + (5 * depth + 7) / 8];
            for (var x = 0; x < 5; x++)
                row[1 + x * depth / 8] |= (byte)(((x + y) & mask) << (8 - depth - x * depth % 8));
            return row;
        }).SelectMany(row => row).ToArray();
        var image = PngFile.Decode(ByHand(5, 2, depth, 0, rows), "by hand");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (ushort)((i % 5 + i / 5) & mask)), image.SampleList);
    }

    [Fact]
    public void Every_filter_is_undone()
    {
        // Two rows of four bytes: 10 20 30 40, and 11 21 31 41, the second filtered in each of the five ways.
        byte[][] second = [[11, 21, 31, 41], [11, 10, 10, 10], [1, 1, 1, 1], [6, 6, 6, 6], [1, 1, 1, 1]];
        for (var filter = 0; filter < 5; filter++)
        {
            byte[] rows = [0, 10, 20, 30, 40, (byte)filter, .. second[filter]];
            Assert.Equal([10, 20, 30, 40, 11, 21, 31, 41], PngFile.Decode(ByHand(4, 2, 8, 0, rows), "by hand").SampleList);
        }
    }

    [Fact]
    public void The_same_image_gives_the_same_bytes()
    {
        var image = Random(16, 16, PngColor.Rgb, 8, 1, smooth: true);
        Assert.Equal(PngFile.Encode(image), PngFile.Encode(image));
    }

    public static TheoryData<string, byte[]> Damaged
    {
        get
        {
            var good = PngFile.Encode(Random(8, 8, PngColor.Rgb, 8, 1, smooth: false));
            byte[] With(int at, byte value) => [.. good[..at], value, .. good[(at + 1)..]];
            return new()
            {
                { "an empty file", [] },
                { "a JPEG", [0xFF, 0xD8, 0xFF, 0xE0] },
                { "cut off", good[..40] },
                { "before the end of the PNG (IEND)", good[..^12] },
                { "the checksum does not fit", With(60, (byte)(good[60] ^ 1)) },
                { "colour type 5", ByHand(4, 1, 8, 5, [0, 1, 2, 3, 4]) },
                { "filter 9 does not exist", ByHand(4, 1, 8, 0, [9, 1, 2, 3, 4]) },
                { "damaged or incomplete pixels", ByHand(4, 2, 8, 0, [0, 1, 2, 3, 4]) },
                { "too large to read", ByHand(1 << 20, 1 << 20, 8, 0, [0]) },
                { "interlaced", ByHand(4, 1, 8, 0, [0, 1, 2, 3, 4], interlace: 1) },
                { "palette must hold", ByHand(4, 1, 8, 3, [0, 1, 2, 3, 4]) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_by_name_and_reason(string reason, byte[] file)
    {
        var error = Assert.Throws<InvalidDataException>(() => PngFile.Decode(file, "photo.png"));
        Assert.StartsWith("photo.png: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public void No_byte_changed_anywhere_crashes_the_reader(int at, byte value)
    {
        var file = PngFile.Encode(Random(5, 5, PngColor.Indexed, 8, 3, smooth: false));
        file[(int)((uint)at % file.Length)] = value;
        try
        {
            PngFile.Decode(file, "photo.png");
        }
        catch (InvalidDataException refused)
        {
            Assert.StartsWith("photo.png: ", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Samples_that_do_not_fit_are_refused()
    {
        Assert.Contains("samples must hold 2 x 2 x 3 values, got 4", Assert.Throws<ArgumentException>(() => new PngImage(2, 2, PngColor.Rgb, new ushort[4])).Message);
        Assert.Contains("samples must be below 256, got 300 at 1", Assert.Throws<ArgumentException>(() => new PngImage(2, 1, PngColor.Grey, [1, 300])).Message);
        Assert.Contains("samples must be below 2, got 2 at 0", Assert.Throws<ArgumentException>(() => new PngImage(1, 1, PngColor.Indexed, [2], palette: new byte[6])).Message);
    }

    /// <summary>A PNG with these filtered rows, whatever its header says.</summary>
    private static byte[] ByHand(int width, int height, int depth, int color, byte[] rows, byte interlace = 0)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            zlib.Write(rows);
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        byte[] header = [.. BigEndian(width), .. BigEndian(height), (byte)depth, (byte)color, 0, 0, interlace];
        PngChunks.Write(file, "IHDR", header);
        PngChunks.Write(file, "IDAT", packed.ToArray());
        PngChunks.Write(file, "IEND", []);
        return file.ToArray();

        static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }
}
