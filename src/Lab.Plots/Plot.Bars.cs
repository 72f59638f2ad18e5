using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    private const int MostBarsWithValues = 24;

    /// <summary>Draws groups of bars: one group for each label, one bar in it for each series.</summary>
    /// <param name="labels">The groups' names, N of them.</param>
    /// <param name="series">The bars, each series with N values.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="x">The axis of the groups.</param>
    /// <param name="y">The axis of the values.</param>
    /// <param name="guides">Labelled lines across the plot; horizontal ones only.</param>
    /// <param name="title">A short title.</param>
    /// <param name="digits">Significant digits of the values written at the bars; 0 writes none.</param>
    /// <exception cref="ArgumentException">Numbers of values and labels that differ, no values, or no caption.</exception>
    public static Figure Bars(
        IReadOnlyList<string> labels, IReadOnlyList<Series> series, string caption, Axis x, Axis y,
        IReadOnlyList<Guide>? guides = null, string? title = null, int digits = 3)
    {
        NotEmpty(labels, nameof(labels));
        NotEmpty(series, nameof(series));
        if (guides?.FirstOrDefault(g => g.IsVertical) is { } vertical)
            throw new ArgumentException($"Bars take horizontal guides only, got the vertical '{vertical.Text}'.", nameof(guides));
        var canvas = new Canvas(x, y, title);
        Categories(canvas, labels);
        canvas.LayoutSettings.With(("barmode", "group"), ("bargap", 0.25), ("bargroupgap", 0.06));
        var writeValues = digits > 0 && labels.Count * series.Count <= MostBarsWithValues;
        for (var i = 0; i < series.Count; i++)
        {
            var (_, values) = series[i].Columns();
            Count(values.Length, labels.Count, series[i].Name, "label");
            Bar(canvas, series[i].Name, values, i, writeValues ? digits : 0);
        }
        canvas.Add(guides, null);
        return canvas.ToFigure(caption);
    }

    private static void Bar(Canvas canvas, string name, double[] values, int rank, int digits)
    {
        // A value that has no bar still gets its words, at the foot of the place where the bar would stand.
        var texts = values.Select(v => canvas.Y.CanShow(v) ? digits > 0 ? Label.Number(v, digits) : "" : $"<b>{Label.Number(v)}</b>");
        var trace = canvas.Add("bar",
            ("x", Enumerable.Range(0, values.Length).ToArray()),
            ("y", Array.ConvertAll(values, v => canvas.Y.CanShow(v) ? v : canvas.Y.Log ? double.NaN : 0)),
            ("text", texts.ToArray()), ("textposition", "outside"), ("textangle", 0), ("constraintext", "none"),
            ("cliponaxis", false),
            ("textfont", Props.Of(("size", 12))), ("hoverinfo", "text+name"),
            ("marker", Props.Of(("color", Palette.Color(rank)), ("line", Props.Of(("width", 0.8), ("color", Palette.Ink))),
                ("pattern", Props.Of(("shape", Palette.Hatch(rank)), ("fillmode", "overlay"), ("fgcolor", "#ffffff"), ("size", 8), ("solidity", 0.28))))));
        canvas.Name(trace, name);
    }

    /// <summary>
    /// Names under a horizontal axis whose values are 0, 1, 2, ...: on several lines where they are long, slanted where
    /// even single words are, with the room they need.
    /// </summary>
    private static void Categories(Canvas canvas, IReadOnlyList<string> labels)
    {
        var room = (int)((canvas.Width - canvas.LeftMargin - canvas.RightMargin) / (7.5 * labels.Count));
        var slanted = labels.SelectMany(label => label.Split(' ')).Max(word => word.Length) > room;
        var lines = slanted ? 1 : labels.Max(label => Label.Wrap(label, room).Count);
        canvas.XSettings.With(
            ("tickmode", "array"), ("tickvals", Enumerable.Range(0, labels.Count).ToArray()),
            ("ticktext", labels.Select(label => slanted ? Label.Escape(label) : Label.Block(label, room)).ToArray()), ("tickangle", slanted ? -35 : 0), ("showgrid", false), ("ticks", ""));
        canvas.BottomMargin += slanted ? (int)(Math.Min(labels.Max(label => label.Length), 30) * 4.1) : 17 * (lines - 1);
    }
}
