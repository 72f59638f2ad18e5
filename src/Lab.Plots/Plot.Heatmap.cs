using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    private const int MostCellsAcross = 16;
    private const int MostCellsDown = 24;

    /// <summary>
    /// Draws a matrix as coloured cells, row 0 on top, with its values written in when there is room: a gradient, a
    /// confusion matrix, attention weights. Negative values turn orange and positive ones blue; without negative ones
    /// the scale goes from white to blue. NaN and infinities are written out in every case.
    /// </summary>
    /// <param name="matrix">The values, <c>[rows, columns]</c>.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="rows">Names of the rows.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="x">What the columns are.</param>
    /// <param name="y">What the rows are.</param>
    /// <param name="title">A short title.</param>
    /// <param name="digits">Significant digits of the values written in.</param>
    /// <param name="scale">What the colours measure.</param>
    /// <exception cref="ArgumentException">No matrix, numbers of names that differ from the sides, or no caption.</exception>
    public static Figure Heatmap(
        Numbers matrix, string caption, IReadOnlyList<string>? rows = null, IReadOnlyList<string>? columns = null,
        Axis? x = null, Axis? y = null, string? title = null, int digits = 3, string scale = "")
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var cells = matrix.Matrix(nameof(matrix));
        var (height, width) = (cells.Length, cells[0].Length);
        Count(rows?.Count, height, nameof(rows), "row");
        Count(columns?.Count, width, nameof(columns), "column");

        var written = width <= MostCellsAcross && height <= MostCellsDown;
        var canvas = new Canvas(x ?? "", y ?? "", title)
        {
            Height = 100 + Math.Clamp(height * (written ? 36 : 8), 150, 480),
            RightMargin = 90,
        };
        Cells(canvas, cells, written ? digits : 0, scale);
        Strange(canvas, cells, written);
        HeatmapAxes(canvas, rows, columns, height, width);
        return canvas.ToFigure(caption);
    }

    private static void Cells(Canvas canvas, double[][] cells, int digits, string scale)
    {
        var finite = cells.SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty().ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        var signed = low < 0;
        var most = Math.Max(Math.Abs(low), Math.Abs(high));
        if (signed)
            (low, high) = (-most, most);
        else if (low < high / 2)
            low = 0;
        if (low == high)
            high = low + 1;

        var scaleColors = signed ? Palette.Diverging : Palette.Sequential;
        canvas.Add("heatmap",
            ("z", cells), ("zmin", low), ("zmax", high), ("colorscale", scaleColors),
            ("hoverongaps", false), ("xgap", digits > 0 ? 1 : 0), ("ygap", digits > 0 ? 1 : 0), ("showscale", true),
            ("colorbar", Props.Of(("thickness", 14), ("outlinewidth", 0), ("tickfont", Props.Of(("size", 12))),
                ("exponentformat", "power"), ("title", scale == "" ? null : Props.Of(("text", Label.Escape(scale)), ("side", "right"))))));
        if (digits > 0)
            Written(canvas, cells, digits, v => Palette.InkOn(scaleColors, (v - low) / (high - low)));
    }

    /// <summary>The values, each in the ink that reads best on its cell.</summary>
    private static void Written(Canvas canvas, double[][] cells, int digits, Func<double, string> ink)
    {
        var places = cells.SelectMany((row, r) => row.Select((value, c) => (Row: r, Column: c, Value: value)))
            .Where(cell => double.IsFinite(cell.Value)).ToArray();
        canvas.Add("scatter", ("mode", "text"), ("hoverinfo", "skip"),
            ("x", Array.ConvertAll(places, p => p.Column)), ("y", Array.ConvertAll(places, p => p.Row)),
            ("text", Array.ConvertAll(places, p => Label.Number(p.Value, digits))),
            ("textfont", Props.Of(("size", 12), ("color", Array.ConvertAll(places, p => ink(p.Value))))));
    }

    /// <summary>Names the cells that have no colour.</summary>
    private static void Strange(Canvas canvas, double[][] cells, bool written)
    {
        var places = cells.SelectMany((row, r) => row.Select((value, c) => (Row: r, Column: c, Value: value)))
            .Where(cell => !double.IsFinite(cell.Value)).ToArray();
        if (places.Length == 0)
            return;
        canvas.LayoutSettings.With(("plot_bgcolor", "#f2e3dc"));
        canvas.Add("scatter", ("mode", written ? "text" : "markers"), ("hoverinfo", "text"),
            ("x", places.Select(p => p.Column).ToArray()), ("y", places.Select(p => p.Row).ToArray()),
            ("text", places.Select(p => $"<b>{Label.Number(p.Value)}</b>").ToArray()),
            ("textfont", Props.Of(("size", 13), ("color", Palette.Wrong))),
            ("marker", Props.Of(("symbol", "x-thin"), ("size", 6), ("line", Props.Of(("width", 2), ("color", Palette.Wrong))))));
        Lost(canvas, written ? 0 : places.Length, "cells");
    }

    private static void HeatmapAxes(Canvas canvas, IReadOnlyList<string>? rows, IReadOnlyList<string>? columns, int height, int width)
    {
        if (columns is not null || width <= MostCellsAcross)
            Categories(canvas, columns ?? Indices(width));
        canvas.XSettings.With(("range", new[] { -0.5, width - 0.5 }), ("showgrid", false), ("showline", false));
        canvas.YSettings.With(("range", new[] { height - 0.5, -0.5 }), ("showgrid", false), ("showline", false), ("tickcolor", "#ffffff"));
        if (rows is null && height > MostCellsDown)
            return;
        rows ??= Indices(height);
        canvas.LeftMargin = (canvas.Y.Label == "" ? 24 : 48) + (int)Math.Min(rows.Max(name => name.Length) * 7.4, 200);
        canvas.YSettings.With(
            ("tickmode", "array"), ("tickvals", Enumerable.Range(0, height).ToArray()), ("ticktext", rows.Select(Label.Escape).ToArray()));
    }

    private static string[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];
}
