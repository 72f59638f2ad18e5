using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    private const int LargestSide = 224;

    /// <summary>Draws pictures in colour in a grid, with regions, boxes and points over them: masks over photographs, truth beside prediction.</summary>
    /// <param name="pictures">The pictures, row by row; all have the same number of columns for a row.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="classes">The names of labels 1, 2, ... for the legend; null for no legend.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="opacity">How much regions cover what is under them, 0 to 1; their edges are drawn almost full.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">A picture of another shape, with labels of another size, no pictures or more than 200, or no caption.</exception>
    public static Figure Overlays(
        IReadOnlyList<Picture> pictures, string caption, IReadOnlyList<string>? classes = null, int columns = 4, double opacity = 0.45,
        string? title = null)
    {
        NotEmpty(pictures, nameof(pictures));
        if (pictures.Count > MostImages)
            throw new ArgumentException($"A figure shows at most {MostImages} pictures, got {pictures.Count}.", nameof(pictures));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (opacity is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "Must be in 0..1.");
        var pixels = pictures.Select((picture, i) => PicturePixels.Of(picture, opacity, $"{nameof(pictures)}[{i}]")).ToArray();

        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var tall = pixels.Max(p => (double)p.Height / p.Width);
        var across = columns * (1 + Gap / 2);
        var canvas = new Canvas("", "", title);
        if (classes is not null)
            Legend(canvas, classes);
        var side = Math.Min((canvas.Width - 32) / (across + Gap / 2), LargestSide);
        var above = pictures.All(p => p.Title is null) ? 0 : TitleHeight / side;
        var down = rows * (tall + Gap / 2 + above);
        canvas.HideAxes([-Gap / 2, across], [down, -Gap / 4]);
        canvas.Height = (int)((down + Gap / 4) * side) + canvas.TopMargin + 8;
        for (var i = 0; i < pictures.Count; i++)
        {
            var (x, y) = (i % columns * (1 + Gap / 2), i / columns * (tall + Gap / 2 + above) + above);
            Draw(canvas, pictures[i], pixels[i], x, y);
        }
        return canvas.ToFigure(caption);
    }

    private static void Legend(Canvas canvas, IReadOnlyList<string> classes)
    {
        for (var i = 0; i < classes.Count; i++)
        {
            canvas.Name(canvas.Add("scatter",
                ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
                ("marker", Props.Of(("symbol", "square"), ("size", 12), ("color", Palette.Region(i))))), classes[i]);
        }
    }

    private static void Draw(Canvas canvas, Picture picture, PicturePixels pixels, double x, double y)
    {
        var unit = 1.0 / pixels.Width;
        var tall = pixels.Height * unit;
        canvas.Image(pixels.DataUri(LargestSide), x, y, 1, tall);
        canvas.Shape(("type", "rect"), ("xref", "x"), ("yref", "y"), ("x0", x), ("x1", x + 1), ("y0", y), ("y1", y + tall),
            ("line", Props.Of(("color", "#b0b0b0"), ("width", 1))));
        Heading(canvas, picture.Title, null, x, y);
        foreach (var (from, to) in picture.Lines)
        {
            var (a, b) = (picture.Points[from], picture.Points[to]);
            canvas.Shape(("type", "line"), ("xref", "x"), ("yref", "y"), ("x0", x + a.X * unit), ("x1", x + b.X * unit),
                ("y0", y + a.Y * unit), ("y1", y + b.Y * unit), ("line", Props.Of(("color", "#ffffff"), ("width", 1.5))));
        }
        foreach (var box in picture.Boxes)
            Draw(canvas, box, unit, x, y);
        foreach (var point in picture.Points)
        {
            var (px, py, radius) = (x + point.X * unit, y + point.Y * unit, 0.022);
            canvas.Shape(("type", "circle"), ("xref", "x"), ("yref", "y"), ("x0", px - radius), ("x1", px + radius), ("y0", py - radius), ("y1", py + radius),
                ("fillcolor", point.Hidden ? "rgba(255,255,255,0)" : Palette.Region(point.Label - 1)),
                ("line", Props.Of(("color", point.Hidden ? Palette.Region(point.Label - 1) : "#ffffff"), ("width", 1.5))));
        }
    }

    private static void Draw(Canvas canvas, PictureBox box, double unit, double x, double y)
    {
        var color = Palette.Region(box.Label - 1);
        // A white line beneath keeps the box visible on its own colour.
        foreach (var (stroke, width) in new[] { ("#ffffff", 3.5), (color, 2.0) })
        {
            canvas.Shape(("type", "rect"), ("xref", "x"), ("yref", "y"), ("x0", x + box.Left * unit), ("x1", x + box.Right * unit),
                ("y0", y + box.Top * unit), ("y1", y + box.Bottom * unit), ("line", Props.Of(("color", stroke), ("width", width))));
        }
        if (box.Text is not null)
            canvas.Annotate(("x", x + box.Left * unit), ("y", y + box.Top * unit), ("xanchor", "left"), ("yanchor", "bottom"), ("text", Label.Escape(box.Text)),
                ("bgcolor", "rgba(255,255,255,0.85)"), ("borderpad", 1), ("font", Props.Of(("size", 11), ("color", Palette.Ink))));
    }
}
