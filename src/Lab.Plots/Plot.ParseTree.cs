using Lab.Core.Trees;
using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    private const int ParseRow = 46;

    /// <summary>Draws a constituency tree above its words, as books on syntax do.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="marked">Constituents to show in another colour, such as the one that two trees do not share; null marks none.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">No caption.</exception>
    public static Figure ParseTree(ParseTree tree, string caption, Func<ParseTree, bool>? marked = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var (nodes, edges) = (new List<(ParseTree Node, double X, int Y)>(), new List<double[]>());
        var words = 0;
        var height = Depth(tree);
        Place(tree, height);
        var canvas = new Canvas(
            new Axis("") { Min = -0.6, Max = words - 0.4 }, new Axis("") { Min = -1.5, Max = height + 0.5 }, title)
        { LeftMargin = 12, RightMargin = 12, BottomMargin = 34 };
        canvas.Height = canvas.TopMargin + canvas.BottomMargin + (int)(ParseRow * (height + 2.0));
        canvas.XSettings.With(("visible", false), ("fixedrange", true));
        canvas.YSettings.With(("visible", false), ("fixedrange", true));
        canvas.Add("scatter", ("mode", "lines"), ("hoverinfo", "skip"), ("connectgaps", false),
            ("x", edges.SelectMany(e => new[] { e[0], e[2], double.NaN }).ToArray()), ("y", edges.SelectMany(e => new[] { e[1], e[3], double.NaN }).ToArray()),
            ("line", Props.Of(("color", "#9a9a9a"), ("width", 1.3))));
        foreach (var group in nodes.GroupBy(n => marked?.Invoke(n.Node) == true))
        {
            var of = group.ToArray();
            canvas.Add("scatter", ("mode", "markers+text"), ("hoverinfo", "skip"),
                ("x", Array.ConvertAll(of, n => n.X)), ("y", Array.ConvertAll(of, n => (double)n.Y)), ("text", Array.ConvertAll(of, n => $"<b>{Label.Escape(n.Node.Label)}</b>")),
                ("textfont", Props.Of(("size", 14), ("color", group.Key ? Palette.TextColor(1) : Palette.Ink))),
                ("marker", Props.Of(("symbol", "square"), ("size", 20), ("color", "#ffffff"), ("opacity", 1))));
        }
        var leaves = tree.Words;
        canvas.Add("scatter", ("mode", "text"), ("hoverinfo", "skip"),
            ("x", Enumerable.Range(0, words).Select(i => (double)i).ToArray()), ("y", Enumerable.Repeat(-0.95, words).ToArray()),
            ("text", leaves.Select(word => $"<i>{Label.Escape(word)}</i>").ToArray()), ("textfont", Props.Of(("size", 14), ("color", Palette.Ink))));
        return canvas.ToFigure(caption);

        // A node stands above the middle of its parts, one row above them, so that no two lines cross; words stand in one row.
        double Place(ParseTree node, int y)
        {
            if (node.IsPreterminal)
            {
                nodes.Add((node, words, y));
                edges.Add([words, y, words, -0.65]);
                return words++;
            }
            var parts = node.Children.Select(part => Place(part, y - 1)).ToArray();
            var x = (parts[0] + parts[^1]) / 2;
            nodes.Add((node, x, y));
            edges.AddRange(parts.Select(part => (double[])[x, y, part, y - 1]));
            return x;
        }

        static int Depth(ParseTree node) => node.IsPreterminal ? 0 : 1 + node.Children.Max(Depth);
    }
}
