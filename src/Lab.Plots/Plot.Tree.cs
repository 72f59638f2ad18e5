using Lab.Plots.Drawing;

namespace Lab.Plots;

/// <summary>A node of a tree that grows from left to right.</summary>
/// <param name="Parent">The index of the node it hangs on, which must come before it; -1 for a root.</param>
/// <param name="Text">What it is: a token, a word.</param>
/// <param name="Kind">What became of it: an index into the kinds of the picture.</param>
/// <param name="Detail">A number or a word beside the text, smaller.</param>
public sealed record TreeNode(int Parent, string Text, int Kind = 0, string? Detail = null);

public static partial class Plot
{
    private const int TreeRow = 27;
    private const double TreeBend = 0.22;                             // edges run level below a node's text, and part only after it

    /// <summary>Draws a tree, such as the hypotheses of a beam search: one column a step, one row a leaf.</summary>
    /// <param name="nodes">The nodes, parents before children; children are drawn in the order given, the first at the top.</param>
    /// <param name="kinds">What the kinds are called; each has a colour and a marker.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="x">What the columns count; the roots are column 0.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">No nodes, a parent that does not come before its child, a kind without a name, or no
    /// caption.</exception>
    public static Figure Tree(
        IReadOnlyList<TreeNode> nodes, IReadOnlyList<string> kinds, string caption, Axis x, string? title = null)
    {
        NotEmpty(nodes, nameof(nodes));
        NotEmpty(kinds, nameof(kinds));
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Parent >= i || nodes[i].Parent < -1)
                throw new ArgumentException($"nodes must each come after their parent, got parent {nodes[i].Parent} of node {i}.", nameof(nodes));
            if (nodes[i].Kind < 0 || nodes[i].Kind >= kinds.Count)
                throw new ArgumentException($"nodes must be of one of {kinds.Count} kinds, got kind {nodes[i].Kind} of node {i}.", nameof(nodes));
        }

        var (columns, rows) = Places(nodes);
        var last = columns.Max();
        var canvas = new Canvas(x with { Min = -0.3, Max = last + 1.0 }, new Axis("") { Min = -rows.Max() - 0.8, Max = 0.8 }, title);
        canvas.Height = canvas.TopMargin + canvas.BottomMargin + 60 + (int)(TreeRow * (rows.Max() + 1));
        canvas.LeftMargin = 24;
        canvas.XSettings.With(("tickmode", "array"), ("tickvals", Enumerable.Range(0, (int)last + 1).ToArray()), ("showgrid", false));
        canvas.YSettings.With(("visible", false), ("fixedrange", true));

        double[] hung = [.. Enumerable.Range(0, nodes.Count).Where(i => nodes[i].Parent >= 0).Select(i => (double)i)];
        canvas.Add("scatter", ("mode", "lines"), ("hoverinfo", "skip"), ("connectgaps", false),
            ("x", hung.SelectMany(i => new[] { columns[nodes[(int)i].Parent], columns[(int)i] - TreeBend, columns[(int)i], double.NaN }).ToArray()),
            ("y", hung.SelectMany(i => new[] { -rows[nodes[(int)i].Parent], -rows[nodes[(int)i].Parent], -rows[(int)i], double.NaN }).ToArray()),
            ("line", Props.Of(("color", "#b5b5b5"), ("width", 1.3))));
        for (var kind = 0; kind < kinds.Count; kind++)
        {
            int[] of = [.. Enumerable.Range(0, nodes.Count).Where(i => nodes[i].Kind == kind)];
            if (of.Length == 0)
                continue;
            var trace = canvas.Add("scatter",
                ("mode", "markers"), ("x", Array.ConvertAll(of, i => columns[i])), ("y", Array.ConvertAll(of, i => -rows[i])), ("hoverinfo", "skip"),
                ("marker", Props.Of(("symbol", Palette.Symbol(kind)), ("size", 9), ("color", Palette.Color(kind)))));
            canvas.Name(trace, kinds[kind]);
        }
        for (var i = 0; i < nodes.Count; i++)
            canvas.Annotate(("xref", "x"), ("x", columns[i]), ("xanchor", "left"), ("xshift", 7), ("yref", "y"), ("y", -rows[i]), ("yanchor", "bottom"),
                ("yshift", -2), ("text", Text(nodes[i])), ("font", Props.Of(("size", 13), ("color", Palette.TextColor(nodes[i].Kind)))));
        return canvas.ToFigure(caption);
    }

    private static string Text(TreeNode node) =>
        $"<b>{Label.Escape(node.Text)}</b>" + (node.Detail is null ? "" : $" <span style='font-size:11px'>{Label.Escape(node.Detail)}</span>");

    /// <summary>Leaves take rows one after another; a node stands beside the middle of its children.</summary>
    private static (double[] Columns, double[] Rows) Places(IReadOnlyList<TreeNode> nodes)
    {
        var children = nodes.Select((node, i) => (node.Parent, i)).ToLookup(n => n.Parent, n => n.i);
        var (columns, rows, next) = (new double[nodes.Count], new double[nodes.Count], 0);
        void Place(int node, int column)
        {
            columns[node] = column;
            foreach (var child in children[node])
                Place(child, column + 1);
            rows[node] = children[node].Any() ? (rows[children[node].First()] + rows[children[node].Last()]) / 2 : next++;
        }
        foreach (var root in children[-1])
            Place(root, 0);
        return (columns, rows);
    }
}
