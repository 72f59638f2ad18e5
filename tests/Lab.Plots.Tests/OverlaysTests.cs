using Lab.Plots.Drawing;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

public sealed class OverlaysTests
{
    public static TheoryData<string, Action> Wrong => new()
    {
        { "pictures must hold at least one item", () => Plot.Overlays([], "c") },
        { "pictures[0].Image must have shape [3, H, W], [1, H, W] or [H, W], no side 0, got [2, 4, 4]", () => Plot.Overlays([new(zeros(2, 4, 4))], "c") },
        { "pictures[1].Labels must have shape [4, 4], as the image, got [4, 5]", () => Plot.Overlays([new(zeros(3, 4, 4)), new(zeros(3, 4, 4)) { Labels = zeros(4, 5) }], "c") },
        { "pictures[0].Labels must have shape [H, W]", () => Plot.Overlays([new(null) { Labels = zeros(4) }], "c") },
        { "must have an image or labels, got neither", () => Plot.Overlays([new((Numbers?)null)], "c") },
        { "at most 200 pictures, got 201", () => Plot.Overlays([.. Enumerable.Repeat(new Picture(zeros(1, 2, 2)), 201)], "c") },
        { "Must be in 0..1", () => Plot.Overlays([new(zeros(1, 2, 2))], "c", opacity: 2) },
        { "caption", () => Plot.Overlays([new(zeros(1, 2, 2))], "") },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_drawn_is_refused_in_words(string words, Action plot) =>
        Assert.Contains(words, Assert.ThrowsAny<ArgumentException>(plot).Message, StringComparison.Ordinal);

    [Fact]
    public void Boxes_points_lines_titles_and_legend_are_in_the_figure()
    {
        var picture = new Picture(rand(3, 8, 16))
        {
            Labels = zeros(8, 16),
            Boxes = [new(4, 2, 12, 6, "star <1>", 2)],
            Points = [new(4, 4), new(8, 4, Hidden: true)],
            Lines = [(0, 1)],
            Title = "truth",
        };
        var layout = FigureTests.Json(Plot.Overlays([picture, picture], "c", ["circle", "star"], columns: 2)).GetProperty("layout");
        Assert.Equal(2, layout.GetProperty("images").GetArrayLength());
        var shapes = layout.GetProperty("shapes").EnumerateArray().ToArray();
        Assert.Equal(2 * (1 + 1 + 2 + 2), shapes.Length);                 // frame, line, box twice, two points
        var box = shapes[3];
        Assert.Equal([0.25, 0.75, 0.125, 0.375], new[] { "x0", "x1", "y0", "y1" }.Select(side => box.GetProperty(side).GetDouble() - (side[0] == 'y' ? shapes[0].GetProperty("y0").GetDouble() : 0)), (a, b) => Math.Abs(a - b) < 1e-9);
        var texts = layout.GetProperty("annotations").EnumerateArray().Select(a => a.GetProperty("text").GetString()).ToArray();
        Assert.Contains("star &lt;1>", texts);
        Assert.Contains("truth", texts);
        var data = FigureTests.Json(Plot.Overlays([picture], "c", ["circle", "star"])).GetProperty("data");
        Assert.Equal(["circle", "star"], data.EnumerateArray().Select(trace => trace.GetProperty("name").GetString()));
    }

    [Fact]
    public void Regions_cover_what_they_should_and_nothing_else()
    {
        // Black, with a region of 3 x 3 in the middle: its edge almost full, its middle mixed; grey where it is void.
        var labels = zeros(5, 5);
        labels.narrow(0, 1, 3).narrow(1, 1, 3).fill_(1);
        labels[0, 0] = 255;
        var bytes = Decode(PicturePixels.Of(new(zeros(3, 5, 5)) { Labels = labels }, 0.5, "p").DataUri(5), 5);
        Assert.Equal([0, 0, 0], bytes[0][3]);
        Assert.Equal([0x5C, 0x5C, 0x5C], bytes[0][0]);
        Assert.Equal([0, 0x39, 0x59], bytes[2][2]);                       // half of #0072B2
        Assert.Equal([0, 0x67, 0xA0], bytes[1][1]);                       // nine tenths
    }

    [Fact]
    public void Maps_are_drawn_from_dark_blue_to_yellow_and_greys_as_greys()
    {
        var map = Decode(PicturePixels.Of(new(tensor([1.0, 3, double.NaN, 2]).reshape(1, 4)), 0.5, "p").DataUri(4), 4);
        Assert.Equal([0x00, 0x30, 0x6f], map[0][0]);
        Assert.Equal([0xe0, 0xc7, 0x3f], map[0][1]);
        Assert.Equal([0xB8, 0xB8, 0xB8], map[0][2]);
        var grey = Decode(PicturePixels.Of(new(tensor([0.0, 0.5, 1, 2]).reshape(1, 1, 4)), 0.5, "p").DataUri(4), 4);
        Assert.Equal([0, 128, 255, 255], grey[0].Select(pixel => (int)pixel[1]));
    }

    [Fact]
    public void No_two_of_the_first_twelve_regions_look_alike()
    {
        var colors = Enumerable.Range(0, 12).Select(i => Palette.Channels(Palette.Region(i))).ToArray();
        for (var i = 0; i < 12; i++)
            for (var j = 0; j < i; j++)
                Assert.True(Math.Abs(colors[i].R - colors[j].R) + Math.Abs(colors[i].G - colors[j].G) + Math.Abs(colors[i].B - colors[j].B) > 60);
    }

    /// <summary>The rows of pixels of an RGB PNG without filters.</summary>
    private static byte[][][] Decode(string uri, int width)
    {
        var png = Convert.FromBase64String(uri["data:image/png;base64,".Length..]);
        Assert.Equal(2, png[25]);                                         // colour type RGB
        var at = 33;                                                      // behind IHDR: length, IDAT
        var length = (png[at] << 24) | (png[at + 1] << 16) | (png[at + 2] << 8) | png[at + 3];
        using var zlib = new System.IO.Compression.ZLibStream(new MemoryStream(png, at + 8, length), System.IO.Compression.CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        return [.. rows.ToArray().Chunk(1 + 3 * width).Select(row => row[1..].Chunk(3).ToArray())];
    }
}
