using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    private const double LongestEdge = 0.26;               // of a cell's width
    private const double BesideLine = 0.15;                // of an edge's length

    // By the letters of an element; colours help, and the letters say it.
    private static readonly Dictionary<string, int> elements = new()
    {
        ["N"] = 0,
        ["O"] = 1,
        ["F"] = 2,
        ["Cl"] = 2,
        ["Br"] = 2,
        ["I"] = 2,
        ["P"] = 3,
        ["S"] = 4,
        ["B"] = 5,
    };

    /// <summary>Draws graphs side by side: molecules, with bonds as single, double and triple lines; or any others.</summary>
    /// <param name="graphs">The graphs; one without nodes leaves its place empty.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="columns">Graphs in a row.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">No graphs, an edge to a node that there is not, an order outside 1 to 4, a weight outside 0 to 1, or other numbers of
    /// places or fills than of nodes.</exception>
    public static Figure Graphs(IReadOnlyList<GraphDrawing> graphs, string caption, int columns = 4, string? title = null)
    {
        NotEmpty(graphs, nameof(graphs));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        for (var g = 0; g < graphs.Count; g++)
            Check(graphs[g], g);

        columns = Math.Min(columns, graphs.Count);
        var rows = (graphs.Count + columns - 1) / columns;
        const double Tall = 0.88;
        var above = graphs.Any(g => g.Title is not null) ? 0.11 * columns / 4 : 0;
        var canvas = new Canvas(new Axis(""), new Axis(""), title);
        canvas.HideAxes([0, columns], [-rows * (Tall + above), 0]);
        var side = (canvas.Width - 32.0) / columns;
        canvas.Height = (int)(rows * (Tall + above) * side) + canvas.TopMargin + 12;
        for (var g = 0; g < graphs.Count; g++)
        {
            var (left, top) = (g % columns, -(g / columns) * (Tall + above));
            if (graphs[g].Title is { } heading)
                canvas.Annotate(("xref", "x"), ("x", left + 0.5), ("xanchor", "center"), ("yref", "y"), ("y", top - 0.01), ("yanchor", "top"),
                    ("text", Label.Escape(heading)), ("font", Props.Of(("size", 12.5), ("color", Palette.Ink))));
            if (graphs[g].Labels.Count > 0)
                Draw(canvas, graphs[g], left + 0.5, top - above - Tall / 2, Tall, side);
        }
        return canvas.ToFigure(caption);
    }

    private static void Draw(Canvas canvas, GraphDrawing graph, double x, double y, double tall, double side)
    {
        var at = graph.Places?.ToArray() ?? GraphLayout.Of(graph.Labels.Count, graph.Lines);
        var (low, high) = ((X: at.Min(p => p.X), Y: at.Min(p => p.Y)), (X: at.Max(p => p.X), Y: at.Max(p => p.Y)));
        var scale = Math.Min(LongestEdge, Math.Min(0.78 / Math.Max(high.X - low.X, 1e-9), (tall - 0.2) / Math.Max(high.Y - low.Y, 1e-9)));
        at = [.. at.Select(p => (x + scale * (p.X - (low.X + high.X) / 2), y + scale * (p.Y - (low.Y + high.Y) / 2)))];
        var letter = Math.Clamp(0.36 * scale * side, 9, 15);

        foreach (var same in graph.Lines.GroupBy(l => Math.Round(l.Weight, 2)))
        {
            var (xs, ys) = (new List<double>(), new List<double>());
            foreach (var line in same)
                Add(line, xs, ys);
            canvas.Add("scatter", ("mode", "lines"), ("hoverinfo", "skip"), ("connectgaps", false), ("x", xs.ToArray()), ("y", ys.ToArray()),
                ("line", Props.Of(("color", Palette.Faint(Palette.Ink, same.Key)), ("width", Math.Clamp(0.045 * scale * side, 1, 2)))));
        }
        if (graph.Fill is { } fill)
            canvas.Add("scatter", ("mode", "markers"), ("hoverinfo", "skip"), ("x", at.Select(p => p.X).ToArray()), ("y", at.Select(p => p.Y).ToArray()),
                ("marker", Props.Of(("size", 1.75 * letter), ("color", fill.ToArray()), ("colorscale", Palette.Sequential), ("cmin", 0), ("cmax", 1.6),
                    ("line", Props.Of(("width", 0.8), ("color", Palette.Muted))))));
        if (graph.Marked.Count > 0)
            canvas.Add("scatter", ("mode", "markers"), ("hoverinfo", "skip"), ("x", graph.Marked.Select(i => at[i].X).ToArray()), ("y", graph.Marked.Select(i => at[i].Y).ToArray()),
                ("marker", Props.Of(("symbol", "circle-open"), ("size", 2.1 * letter), ("color", Palette.Wrong), ("line", Props.Of(("width", 2.2))))));
        int[] named = [.. Enumerable.Range(0, at.Length).Where(i => graph.Labels[i] != "")];
        if (named.Length > 0)
            canvas.Add("scatter", ("mode", "text"), ("hoverinfo", "skip"), ("x", named.Select(i => at[i].X).ToArray()), ("y", named.Select(i => at[i].Y).ToArray()),
                ("text", named.Select(i => Label.Escape(graph.Labels[i])).ToArray()),
                ("textfont", Props.Of(("size", letter), ("color", named.Select(i => ColorOf(graph.Labels[i])).ToArray()))));

        void Add(GraphLine line, List<double> xs, List<double> ys)
        {
            var (from, to) = (at[line.From], at[line.To]);
            var (dx, dy) = (to.X - from.X, to.Y - from.Y);
            var length = Math.Max(Math.Sqrt(dx * dx + dy * dy), 1e-9);
            var (ux, uy) = (dx / length, dy / length);
            var (start, end) = (Room(line.From, ux, uy), Room(line.To, ux, uy));
            for (var k = 0; k < line.Order; k++)
            {
                var beside = (k - (line.Order - 1) / 2.0) * BesideLine * scale;
                xs.AddRange([from.X + ux * start - uy * beside, to.X - ux * end - uy * beside, double.NaN]);
                ys.AddRange([from.Y + uy * start + ux * beside, to.Y - uy * end + ux * beside, double.NaN]);
            }
        }

        // A line ends where it would run into the letters, which are wider than high.
        double Room(int node, double ux, double uy)
        {
            if (graph.Labels[node] == "" || graph.Fill is not null)
                return 0;
            var (across, up) = ((0.34 * graph.Labels[node].Length + 0.25) * letter / side, 0.68 * letter / side);
            return Math.Min(Math.Min(across / Math.Max(Math.Abs(ux), 1e-9), up / Math.Max(Math.Abs(uy), 1e-9)), 0.42 * scale);
        }
    }

    private static string ColorOf(string label)
    {
        var letters = new string([.. label.SkipWhile(c => !char.IsAsciiLetterUpper(c)).Take(2).Where((c, i) => i == 0 || char.IsAsciiLetterLower(c))]);
        return elements.TryGetValue(letters, out var color) ? Palette.TextColor(color) : Palette.Ink;
    }

    private static void Check(GraphDrawing graph, int number)
    {
        var count = graph.Labels.Count;
        foreach (var (from, to, order, weight) in graph.Lines)
        {
            if (from < 0 || to < 0 || from >= count || to >= count || from == to)
                throw new ArgumentException($"graphs must join two different nodes, got {from} and {to} of {count} in graph {number}.", nameof(graph));
            if (order is < 1 or > 4 || weight is not (>= 0 and <= 1))
                throw new ArgumentException($"graphs must have edges of order 1 to 4 and weight 0 to 1, got {order} and {weight} in graph {number}.", nameof(graph));
        }
        if (graph.Places is { } places && places.Count != count)
            throw new ArgumentException($"graphs must have a place for each node, got {places.Count} for {count} in graph {number}.", nameof(graph));
        if (graph.Fill is { } fill && fill.Count != count)
            throw new ArgumentException($"graphs must have a fill for each node, got {fill.Count} for {count} in graph {number}.", nameof(graph));
        if (graph.Marked.Any(i => i < 0 || i >= count))
            throw new ArgumentException($"graphs must mark nodes that there are, got [{string.Join(", ", graph.Marked)}] of {count} in graph {number}.", nameof(graph));
    }
}
