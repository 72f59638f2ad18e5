using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    /// <summary>Draws named lines, each with its colour and dash; where a line has no finite value, it says so.</summary>
    /// <param name="series">The lines, each with a band if it has <c>Lower</c> and <c>Upper</c>.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="guides">Labelled lines across the plot.</param>
    /// <param name="notes">Texts with arrows to points.</param>
    /// <param name="title">A short title.</param>
    /// <param name="markers">Whether each value gets a marker too.</param>
    /// <exception cref="ArgumentException">Lengths that differ, no values, or no caption.</exception>
    public static Figure Lines(
        IReadOnlyList<Series> series, string caption, Axis x, Axis y,
        IReadOnlyList<Guide>? guides = null, IReadOnlyList<Note>? notes = null, string? title = null, bool markers = false)
    {
        NotEmpty(series, nameof(series));
        var canvas = new Canvas(x, y, title);
        for (var i = 0; i < series.Count; i++)
            Line(canvas, series[i], i, markers);
        canvas.Add(guides, notes);
        return canvas.ToFigure(caption);
    }

    private static void Line(Canvas canvas, Series series, int rank, bool markers)
    {
        var (x, y) = series.Columns();
        if (series.Band(y.Length) is var (lower, upper))
            Band(canvas, x, lower, upper, Palette.Color(rank));
        var shown = Array.ConvertAll(y, v => canvas.Y.CanShow(v) ? v : double.NaN);
        var trace = canvas.Add("scatter",
            ("mode", markers ? "lines+markers" : "lines"), ("x", x), ("y", shown), ("connectgaps", false),
            ("line", Props.Of(("color", Palette.Color(rank)), ("dash", Palette.Dash(rank)), ("width", 2.4), ("simplify", false))),
            ("marker", Props.Of(("symbol", Palette.Symbol(rank)), ("size", 7), ("color", Palette.Color(rank)))));
        canvas.Name(trace, series.Name);
        Breaks.Mark(canvas, series.Name, x, y, rank);
    }

    private static void Band(Canvas canvas, double[] x, double[] lower, double[] upper, string color)
    {
        var none = Props.Of(("width", 0));
        canvas.Add("scatter", ("mode", "lines"), ("x", x), ("y", lower), ("line", none), ("hoverinfo", "skip"));
        canvas.Add("scatter", ("mode", "lines"), ("x", x), ("y", upper), ("line", none), ("hoverinfo", "skip"),
            ("fill", "tonexty"), ("fillcolor", Palette.Faint(color, 0.18)));
    }
}
