using Lab.Plots.Drawing;

namespace Lab.Plots;

/// <summary>A way through a lattice.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Rows">The row it passes in each column.</param>
public sealed record LatticePath(string Name, IReadOnlyList<int> Rows);

public static partial class Plot
{
    private const int EdgeShades = 6;

    /// <summary>
    /// Draws a lattice: a column of nodes per place, an edge from each node to each of the next column, and paths through it.
    /// The number in a node is its value; the darker the node, the greater. The darker an edge, the greater its weight.
    /// </summary>
    /// <param name="nodes">Values, <c>[places, rows]</c>; -∞ is a node that cannot be, drawn empty.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="rows">A name per row, the first on top: tags.</param>
    /// <param name="columns">A name per place: words.</param>
    /// <param name="edges">Weights in [0, 1], <c>[places - 1, rows, rows]</c> from row to row; an edge of weight 0 is not
    /// drawn. None draws all alike.</param>
    /// <param name="paths">Paths to show, the first below the others.</param>
    /// <param name="title">A short title.</param>
    /// <param name="digits">Significant digits of the values.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, paths that leave the lattice, or no caption.</exception>
    public static Figure Lattice(
        Numbers nodes, string caption, IReadOnlyList<string> rows, IReadOnlyList<string> columns, Numbers? edges = null,
        IReadOnlyList<LatticePath>? paths = null, string? title = null, int digits = 2)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        var values = nodes.Matrix(nameof(nodes));
        var (places, height) = (values.Length, values[0].Length);
        Count(columns.Count, places, nameof(columns), "place");
        Count(rows.Count, height, nameof(rows), "row");
        if (edges is not null && !edges.Shape.SequenceEqual([places - 1, height, height]))
            throw edges.BadShape(nameof(edges), $"[{places - 1}, {height}, {height}]");
        if (paths?.FirstOrDefault(p => p.Rows.Count != places || p.Rows.Any(row => row < 0 || row >= height)) is { } stray)
            throw new ArgumentException($"paths must have a row in [0, {height}) for each of {places} places, got {string.Join(", ", stray.Rows)} in '{stray.Name}'.", nameof(paths));

        var canvas = new Canvas("", "", title) { Height = 96 + Math.Clamp(height * 74, 150, 560) };
        var weights = edges?.ToArray();
        for (var shade = 1; shade <= EdgeShades; shade++)
            Edges(canvas, places, height, (t, i, j) => weights is null ? 1 : Shade(weights[(t * height + i) * height + j]), shade);
        for (var i = 0; i < paths?.Count; i++)
            Path(canvas, paths[i], i);
        Nodes(canvas, values, digits);
        canvas.LeftMargin = 28 + (int)Math.Min(rows.Max(name => name.Length) * 8.0, 200);
        canvas.XSettings.With(
            ("range", new[] { -0.5, places - 0.5 }), ("showgrid", false), ("showline", false), ("tickmode", "array"),
            ("tickvals", Enumerable.Range(0, places).ToArray()), ("ticktext", columns.Select(Label.Escape).ToArray()));
        canvas.YSettings.With(
            ("range", new[] { height - 0.5, -0.5 }), ("showgrid", false), ("showline", false), ("tickmode", "array"),
            ("tickvals", Enumerable.Range(0, height).ToArray()), ("ticktext", rows.Select(Label.Escape).ToArray()));
        return canvas.ToFigure(caption);
    }

    private static int Shade(double weight) => weight > 0 ? Math.Clamp((int)Math.Ceiling(weight * EdgeShades), 1, EdgeShades) : 0;

    private static void Edges(Canvas canvas, int places, int height, Func<int, int, int, int> shadeOf, int shade)
    {
        var (xs, ys) = (new List<double>(), new List<double>());
        for (var t = 0; t + 1 < places; t++)
            for (var i = 0; i < height; i++)
                for (var j = 0; j < height; j++)
                    if (shadeOf(t, i, j) == shade)
                    {
                        xs.AddRange([t, t + 1, double.NaN]);
                        ys.AddRange([i, j, double.NaN]);
                    }
        if (xs.Count > 0)
            canvas.Add("scatter", ("mode", "lines"), ("x", xs.ToArray()), ("y", ys.ToArray()), ("connectgaps", false), ("hoverinfo", "skip"),
                ("line", Props.Of(("color", Palette.Faint(Palette.Muted, 0.12 + 0.85 * shade / EdgeShades)), ("width", 0.6 + 3.6 * shade / EdgeShades))));
    }

    private static void Path(Canvas canvas, LatticePath path, int rank)
    {
        var trace = canvas.Add("scatter", ("mode", "lines"),
            ("x", Enumerable.Range(0, path.Rows.Count).Select(t => (double)t).ToArray()), ("y", path.Rows.Select(row => (double)row).ToArray()),
            ("line", Props.Of(("color", Palette.Color(rank + 1)), ("dash", Palette.Dash(rank)), ("width", 9 - 3 * Math.Min(rank, 2)))));
        canvas.Name(trace, path.Name);
    }

    private static void Nodes(Canvas canvas, double[][] values, int digits)
    {
        var all = values.SelectMany((column, t) => column.Select((value, k) => (t, k, value))).ToArray();
        var finite = all.Where(n => double.IsFinite(n.value)).Select(n => n.value).DefaultIfEmpty().ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        double Share(double value) => double.IsFinite(value) && high > low ? (value - low) / (high - low) : 0;
        canvas.Add("scatter", ("mode", "markers+text"), ("hoverinfo", "skip"),
            ("x", Array.ConvertAll(all, n => (double)n.t)), ("y", Array.ConvertAll(all, n => (double)n.k)),
            ("text", Array.ConvertAll(all, n => double.IsFinite(n.value) ? Label.Number(n.value, digits) : "")),
            ("textfont", Props.Of(("size", 12), ("color", Array.ConvertAll(all, n => Palette.InkOn(Palette.Sequential, Share(n.value)))))),
            ("marker", Props.Of(("size", 38), ("color", Array.ConvertAll(all, n => Share(n.value))), ("colorscale", Palette.Sequential), ("cmin", 0), ("cmax", 1),
                ("opacity", 1), ("line", Props.Of(("width", 1.2), ("color", Palette.Muted))))));
    }
}
