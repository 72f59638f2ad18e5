using Lab.Plots.Drawing;

namespace Lab.Plots;

/// <summary>Points on pictures, such as keypoints, in pixels.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Places">x and y per picture and point, <c>[N, K, 2]</c>; (0, 0) is the middle of the first pixel, NaN is none.</param>
public sealed record PictureMarks(string Name, Numbers Places);

public static partial class Plot
{
    private const double LargestPicture = 190;

    /// <summary>Draws colour pictures in a grid, with class maps over them and points on them where wanted.</summary>
    /// <param name="pictures">Red, green and blue, 0 to 1 (what is outside is cut), <c>[N, 3, H, W]</c>.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="titles">A text above each picture.</param>
    /// <param name="masks">Class numbers, <c>[N, H, W]</c>: 0 leaves the picture as it is, 1 and on have the colours of the charts, 255 is
    /// white.</param>
    /// <param name="opacity">How much of a colour lies over the picture, 0 to 1; 1 shows the masks alone where there are any.</param>
    /// <param name="marks">Points on the pictures.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Shapes that do not agree, more than 200 pictures, or no caption.</exception>
    public static Figure Pictures(
        Numbers pictures, string caption, IReadOnlyList<string>? titles = null, Numbers? masks = null, double opacity = 0.6,
        IReadOnlyList<PictureMarks>? marks = null, int columns = 6, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Shape is not [> 0 and var n, 3, > 0 and var h, > 0 and var w])
            throw pictures.BadShape(nameof(pictures), "[N, 3, H, W], no side 0");
        var (count, height, width) = ((int)n, (int)h, (int)w);
        if (count > MostImages)
            throw new ArgumentException($"A figure shows at most {MostImages} pictures, got {count}: slice the batch.", nameof(pictures));
        Count(titles?.Count, count, nameof(titles), "picture");
        if (masks is not null && !masks.Shape.SequenceEqual([n, h, w]))
            throw masks.BadShape(nameof(masks), $"[{n}, {h}, {w}], as the pictures have");
        if (opacity is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "Must be in [0, 1].");
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);

        columns = Math.Min(columns, count);
        var rows = (count + columns - 1) / columns;
        var tall = (double)height / width;
        var across = columns * (1 + Gap);
        var canvas = new Canvas("", "", title);
        var side = Math.Min((canvas.Width - 32) / (across + Gap), LargestPicture);
        var above = titles is null ? 0 : Math.Max(TitleRoom * 110 / side, TitleHeight / side);
        var down = rows * (tall + Gap + above);
        canvas.HideAxes([-Gap, across], [down, -Gap / 2]);
        for (var i = 0; i < count; i++)
        {
            var (x, y) = Corner(i);
            Picture(canvas, Colours(pictures.Flat, masks?.Flat, i, height * width, opacity), width, height, x, y, tall, null);
            Heading(canvas, titles?[i], null, x, y);
        }
        for (var set = 0; set < (marks?.Count ?? 0); set++)
            Mark(canvas, marks![set], set, count, width, Corner);
        canvas.Height = (int)((down + Gap / 2) * side) + canvas.TopMargin + 8;
        return canvas.ToFigure(caption);

        (double X, double Y) Corner(int i) => (i % columns * (1 + Gap), i / columns * (tall + Gap + above) + above);
    }

    private static void Mark(Canvas canvas, PictureMarks marks, int rank, int count, int width, Func<int, (double X, double Y)> corner)
    {
        var places = marks.Places ?? throw new ArgumentNullException(nameof(marks));
        if (places.Shape is not [var n, var k, 2] || n != count)
            throw places.BadShape(nameof(marks), $"[{count}, K, 2]");
        var (xs, ys) = (new double[n * k], new double[n * k]);
        for (var i = 0; i < n * k; i++)
        {
            var (left, top) = corner((int)(i / k));
            xs[i] = left + (places.Flat[2 * i] + 0.5) / width;                  // a pixel is as wide as high
            ys[i] = top + (places.Flat[2 * i + 1] + 0.5) / width;
        }
        var trace = canvas.Add("scatter",
            ("mode", "markers"), ("x", xs), ("y", ys),
            ("marker", Props.Of(("symbol", Palette.Symbol(rank)), ("size", 9), ("color", Palette.Color(rank)),
                ("line", Props.Of(("width", 1.2), ("color", "#ffffff"))))));
        canvas.Name(trace, marks.Name);
    }

    /// <summary>Red, green and blue of a picture, pixel by pixel, with the class's colour over it.</summary>
    private static byte[] Colours(double[] all, double[]? masks, int index, int size, double opacity)
    {
        var pixels = new byte[3 * size];
        for (var i = 0; i < size; i++)
        {
            var mark = masks is null ? 0 : (int)masks[index * size + i];
            var over = mark is 0 ? null : mark == 255 ? [255, 255, 255] : Convert.FromHexString(Palette.Color(mark - 1).AsSpan(1));
            for (var c = 0; c < 3; c++)
            {
                var value = 255 * Math.Clamp(all[((index * 3) + c) * size + i], 0, 1);
                if (double.IsNaN(value))
                    value = 127;
                pixels[3 * i + c] = (byte)Math.Round(over is null ? value : (1 - opacity) * value + opacity * over[c]);
            }
        }
        return pixels;
    }
}
