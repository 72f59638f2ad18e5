using Lab.Plots.Drawing;

namespace Lab.Plots;

/// <summary>Dependency arcs to draw together.</summary>
/// <param name="Name">Their name in the legend.</param>
/// <param name="Heads">For each word the position of its head, from 1; 0 is the root, and what is negative is not drawn.</param>
/// <param name="Relations">Written on the arcs; null writes nothing.</param>
/// <param name="Below">Whether they are drawn below the words.</param>
public sealed record ArcSet(string Name, IReadOnlyList<int> Heads, IReadOnlyList<string>? Relations = null, bool Below = false);

public static partial class Plot
{
    private const int ArcPoints = 24;
    private const int ArcRow = 44;

    /// <summary>Draws dependency trees: words in a row, an arc from each head to what hangs on it, with its tip there. The root's arc comes from outside.</summary>
    /// <param name="words">The words.</param>
    /// <param name="sets">Arcs, one set a colour: the right tree above, a predicted one below.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">No words, heads that do not fit them, or no caption.</exception>
    public static Figure Arcs(IReadOnlyList<string> words, IReadOnlyList<ArcSet> sets, string caption, string? title = null)
    {
        NotEmpty(words, nameof(words));
        NotEmpty(sets, nameof(sets));
        foreach (var set in sets)
        {
            Count(set.Heads.Count, words.Count, $"{nameof(sets)}", "word");
            Count(set.Relations?.Count, words.Count, $"{nameof(sets)}", "word");
            if (set.Heads.FirstOrDefault(h => h > words.Count) is > 0 and var stray)
                throw new ArgumentException($"sets must have heads up to {words.Count}, got {stray} in '{set.Name}'.", nameof(sets));
        }

        var up = sets.Where(s => !s.Below).Select(Tallest).DefaultIfEmpty(0).Max();
        var down = sets.Where(s => s.Below).Select(Tallest).DefaultIfEmpty(0).Max();
        var canvas = new Canvas(
            new Axis("") { Min = -0.6, Max = words.Count - 0.4 }, new Axis("") { Min = -down - (down > 0 ? 0.9 : 0.7), Max = up + (up > 0 ? 0.55 : 0.3) }, title)
        { LeftMargin = 12, RightMargin = 12, BottomMargin = 34 };
        foreach (var (set, i) in sets.Select((set, i) => (set, i)))
            Draw(canvas, set, i, set.Below ? -1 : 1, up, down);
        canvas.Height = canvas.TopMargin + canvas.BottomMargin + (int)(ArcRow * (up + down + 1.4));
        canvas.XSettings.With(("visible", false), ("fixedrange", true));
        canvas.YSettings.With(("visible", false), ("fixedrange", true));
        canvas.Add("scatter", ("mode", "text"), ("hoverinfo", "skip"),
            ("x", Enumerable.Range(0, words.Count).Select(t => (double)t).ToArray()), ("y", Enumerable.Repeat(-0.3, words.Count).ToArray()),
            ("text", words.Select(word => $"<b>{Label.Escape(word)}</b>").ToArray()), ("textfont", Props.Of(("size", 14), ("color", Palette.Ink))));
        return canvas.ToFigure(caption);
    }

    /// <summary>Arcs over many words are higher, but not by much.</summary>
    private static double Reach(int head, int word) => head == 0 ? 0 : 0.3 + 0.6 * Math.Pow(Math.Abs(head - word), 0.75);

    private static double Tallest(ArcSet set) => set.Heads.Select((head, t) => Reach(head, t + 1)).DefaultIfEmpty(0).Max() + 0.45;

    private static void Draw(Canvas canvas, ArcSet set, int rank, int side, double up, double down)
    {
        var (xs, ys, tips) = (new List<double>(), new List<double>(), new List<double>());
        var (texts, textXs, textYs) = (new List<string>(), new List<double>(), new List<double>());
        var foot = side > 0 ? 0.0 : -0.6;
        for (var t = 0; t < set.Heads.Count; t++)
        {
            var head = set.Heads[t];
            if (head < 0)
                continue;
            tips.Add(t);
            if (head == 0)
            {
                var top = foot + side * ((side > 0 ? up : down) + (side > 0 ? 0.35 : 0.2));
                xs.AddRange([t, t, double.NaN]);
                ys.AddRange([top, foot, double.NaN]);
            }
            else
            {
                // Arcs leave a head a little beside the place at which its own comes in.
                var from = head - 1 + 0.14 * Math.Sign(t + 1 - head);
                var height = Reach(head, t + 1);
                for (var i = 0; i <= ArcPoints; i++)
                {
                    var turn = Math.PI * i / ArcPoints;
                    xs.Add((from + t) / 2 - (t - from) / 2 * Math.Cos(turn));
                    ys.Add(foot + side * height * Math.Pow(Math.Sin(turn), 0.6));
                }
                xs.Add(double.NaN);
                ys.Add(double.NaN);
                if (set.Relations is not null)
                {
                    texts.Add(Label.Escape(set.Relations[t]));
                    textXs.Add((from + t) / 2);
                    textYs.Add(foot + side * height);
                }
            }
        }
        var color = Palette.Color(rank);
        var lines = canvas.Add("scatter", ("mode", "lines"), ("x", xs.ToArray()), ("y", ys.ToArray()), ("connectgaps", false), ("hoverinfo", "skip"),
            ("line", Props.Of(("color", color), ("width", 2), ("dash", Palette.Dash(rank)))));
        canvas.Name(lines, set.Name);
        canvas.Add("scatter", ("mode", "markers"), ("hoverinfo", "skip"), ("x", tips.ToArray()), ("y", tips.Select(_ => foot + side * 0.06).ToArray()),
            ("marker", Props.Of(("symbol", side > 0 ? "triangle-down" : "triangle-up"), ("size", 9), ("color", color))));
        for (var i = 0; i < texts.Count; i++)                             // each on its arc, which it interrupts
            canvas.Annotate(("xref", "x"), ("x", textXs[i]), ("yref", "y"), ("y", textYs[i]), ("text", texts[i]), ("bgcolor", "#ffffff"), ("borderpad", 1),
                ("font", Props.Of(("size", 12), ("color", Palette.TextColor(rank)))));
    }
}
