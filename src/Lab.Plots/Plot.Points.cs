using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    /// <summary>Draws named sets of points, each with its colour and marker.</summary>
    /// <param name="series">The sets.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="guides">Labelled lines across the plot.</param>
    /// <param name="notes">Texts with arrows to points.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Lengths that differ, no values, or no caption.</exception>
    public static Figure Points(
        IReadOnlyList<Series> series, string caption, Axis x, Axis y,
        IReadOnlyList<Guide>? guides = null, IReadOnlyList<Note>? notes = null, string? title = null)
    {
        NotEmpty(series, nameof(series));
        var canvas = new Canvas(x, y, title);
        var lost = 0;
        for (var i = 0; i < series.Count; i++)
        {
            var (xs, ys) = series[i].Columns();
            lost += xs.Zip(ys).Count(p => !(canvas.X.CanShow(p.First) && canvas.Y.CanShow(p.Second)));
            var trace = canvas.Add("scatter",
                ("mode", "markers"), ("x", xs), ("y", ys),
                ("marker", Props.Of(("symbol", Palette.Symbol(i)), ("size", ys.Length > 500 ? 5 : 8), ("opacity", ys.Length > 100 ? 0.6 : 0.85),
                    ("color", Palette.Color(i)), ("line", Props.Of(("width", 0.8), ("color", "#ffffff"))))));
            canvas.Name(trace, series[i].Name);
        }
        Lost(canvas, lost, "points");
        canvas.Add(guides, notes);
        return canvas.ToFigure(caption);
    }

    /// <summary>Says how many values have no place on the axes; nothing is dropped in silence.</summary>
    private static void Lost(Canvas canvas, int count, string what)
    {
        if (count > 0)
            canvas.Annotate(("xref", "x domain"), ("x", 1), ("xanchor", "right"), ("yref", "y domain"), ("y", 1), ("yanchor", "bottom"),
                ("text", $"{count} {what} not shown: NaN, ∞ or outside a log axis"), ("font", Props.Of(("size", 13), ("color", Palette.Wrong))));
    }
}
