namespace Lab.Plots.Drawing;

/// <summary>
/// Marks where a line has no value that can be drawn: a bar along the edge of the plot over that range, in the line's
/// colour, and words that say what the value is there. A gap alone is easily overlooked.
/// </summary>
internal static class Breaks
{
    private const int MostLabels = 4;
    private const double Thickness = 0.014;

    public static void Mark(Canvas canvas, string name, double[] x, double[] y, int rank)
    {
        var color = Palette.Color(rank);
        var labels = 0;
        var (topBar, bottomBar) = (-1, -1);
        foreach (var (first, last, what) in Runs(canvas.Y, x, y))
        {
            var atTop = what is "NaN" or "+∞";
            // Up to the neighbours that can be drawn, so that a single lost point shows too.
            var from = x[Math.Max(first - 1, 0)];
            var to = x[Math.Min(last + 1, x.Length - 1)];
            var bar = atTop ? topBar < 0 ? topBar = canvas.TopBars++ : topBar : bottomBar < 0 ? bottomBar = canvas.BottomBars++ : bottomBar;
            var edge = atTop ? 1 - Thickness * bar : Thickness * bar;
            canvas.Shape(("type", "rect"), ("xref", "x"), ("yref", "y domain"), ("x0", from), ("x1", to),
                ("y0", edge), ("y1", atTop ? edge - Thickness : edge + Thickness), ("fillcolor", color), ("line", Props.Of(("width", 0))));
            Ends(canvas, x, y, first - 1, last + 1, color);
            if (labels++ < MostLabels)
                Say(canvas, $"{name}: {what} {Where(x, first, last)}", x, first, last, rank, atTop);
        }
    }

    private static void Ends(Canvas canvas, double[] x, double[] y, int before, int after, string color)
    {
        foreach (var i in new[] { before, after })
            if (i >= 0 && i < x.Length && canvas.Y.CanShow(y[i]) && canvas.X.CanShow(x[i]))
                canvas.Add("scatter", ("mode", "markers"), ("x", new[] { x[i] }), ("y", new[] { y[i] }), ("hoverinfo", "skip"),
                    ("marker", Props.Of(("symbol", "x-thin"), ("size", 11), ("line", Props.Of(("width", 2.5), ("color", color))))));
    }

    private static void Say(Canvas canvas, string text, double[] x, int first, int last, int rank, bool atTop)
    {
        var (start, end) = (first == 0, last == x.Length - 1);
        var offset = 0.014 + (atTop
            ? Thickness * canvas.TopBars + Canvas.TextRow * canvas.TopRows++
            : Thickness * canvas.BottomBars + Canvas.TextRow * canvas.BottomRows++);
        canvas.Annotate(("xref", "x"), ("x", canvas.X.AnnotationAt(end ? x[last] : start ? x[first] : x[(first + last) / 2])),
            ("xanchor", end ? "right" : start ? "left" : "center"),
            ("yref", "y domain"), ("y", atTop ? 1 - offset : offset), ("yanchor", atTop ? "top" : "bottom"),
            ("text", Label.Escape(text)), ("bgcolor", "rgba(255,255,255,0.88)"),
            ("font", Props.Of(("size", 13), ("color", Palette.TextColor(rank)))));
    }

    private static string Where(double[] x, int first, int last) => (first == 0, last == x.Length - 1) switch
    {
        (true, true) => "everywhere",
        (false, true) => $"from {Label.Number(x[first])}",
        (true, false) => $"up to {Label.Number(x[last])}",
        _ when first == last => $"at {Label.Number(x[first])}",
        _ => $"from {Label.Number(x[first])} to {Label.Number(x[last])}",
    };

    private static IEnumerable<(int First, int Last, string What)> Runs(Axis axis, double[] x, double[] y)
    {
        for (var first = 0; first < x.Length; first++)
        {
            if (What(axis, y[first]) is not { } what)
                continue;
            var last = first;
            while (last + 1 < x.Length && What(axis, y[last + 1]) == what)
                last++;
            yield return (first, last, what);
            first = last;
        }
    }

    private static string? What(Axis axis, double value) =>
        !double.IsFinite(value) ? Label.Number(value) : axis.CanShow(value) ? null : "0 or less";
}
