using System.IO.Compression;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

/// <summary>Pictures in colours show the colours they are given, masks over them, and points where they are.</summary>
public sealed class PicturesTests
{
    [Fact]
    public void A_picture_has_its_colours_and_a_mask_lies_over_it()
    {
        var picture = zeros(1, 3, 1, 3);
        picture[0, 0] = 1;                                                      // red
        var plain = Pixels(Plot.Pictures(picture, "c"));
        Assert.Equal([255, 0, 0], plain[..3]);

        var over = Pixels(Plot.Pictures(picture, "c", masks: tensor([0L, 1, 255]).reshape(1, 1, 3), opacity: 0.5));
        var third = over.Length / 3;
        Assert.Equal([255, 0, 0], over[..3]);
        Assert.Equal([128, 57, 89], over.AsSpan(third, 3).ToArray());          // half of #0072B2
        Assert.Equal([255, 128, 128], over.AsSpan(2 * third, 3).ToArray());
    }

    [Fact]
    public void Points_lie_in_the_middle_of_their_pixels()
    {
        var figure = Plot.Pictures(rand(2, 3, 4, 8), "c", marks: [new("truth", tensor([0.0, 0.0, 7.0, 3.0]).reshape(2, 1, 2))]);
        var root = FigureTests.Json(figure);
        var frames = root.GetProperty("layout").GetProperty("shapes").EnumerateArray().ToArray();
        var trace = root.GetProperty("data").EnumerateArray().Single();
        Assert.Equal(frames[0].GetProperty("x0").GetDouble() + 0.5 / 8, trace.GetProperty("x")[0].GetDouble(), 9);
        Assert.Equal(frames[0].GetProperty("y0").GetDouble() + 0.5 / 8, trace.GetProperty("y")[0].GetDouble(), 9);
        Assert.Equal(frames[1].GetProperty("x1").GetDouble() - 0.5 / 8, trace.GetProperty("x")[1].GetDouble(), 9);
        Assert.Equal(frames[1].GetProperty("y1").GetDouble() - 0.5 / 8, trace.GetProperty("y")[1].GetDouble(), 9);
    }

    public static TheoryData<string, Action> Bad() => new()
    {
        { "pictures must have shape [N, 3, H, W], no side 0, got [2, 4, 4]", () => Plot.Pictures(zeros(2, 4, 4), "c") },
        { "masks must have shape [2, 4, 4], as the pictures have, got [2, 4, 5]", () => Plot.Pictures(zeros(2, 3, 4, 4), "c", masks: zeros(2, 4, 5)) },
        { "opacity", () => Plot.Pictures(zeros(2, 3, 4, 4), "c", opacity: 2) },
        { "titles must hold 2 items", () => Plot.Pictures(zeros(2, 3, 4, 4), "c", titles: ["p"]) },
        { "[2, K, 2]", () => Plot.Pictures(zeros(2, 3, 4, 4), "c", marks: [new("m", zeros(1, 3, 2))]) },
        { "at most 200", () => Plot.Pictures(zeros(201, 3, 2, 2), "c") },
    };

    [Theory, MemberData(nameof(Bad))]
    public void What_cannot_be_drawn_is_refused_with_the_reason(string reason, Action draw) =>
        Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(draw).Message, StringComparison.Ordinal);

    /// <summary>The first row of the first picture in a figure, as it is written: enlarged, without the filter byte.</summary>
    private static byte[] Pixels(Figure figure)
    {
        var source = FigureTests.Json(figure).GetProperty("layout").GetProperty("images")[0].GetProperty("source").GetString()!;
        var png = Convert.FromBase64String(source["data:image/png;base64,".Length..]);
        var width = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        Assert.Equal(2, png[25]);
        using var packed = new MemoryStream(png, 41, png.Length - 41);
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var row = new byte[1 + 3 * width];
        zlib.ReadExactly(row);
        return row[1..];
    }
}
