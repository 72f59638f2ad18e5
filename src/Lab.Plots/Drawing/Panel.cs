using Plotly.NET;

namespace Lab.Plots.Drawing;

/// <summary>One figure inside a grid, with axes numbered anew.</summary>
internal sealed class Panel
{
    private static readonly HashSet<string> planeTraces = ["scatter", "bar", "heatmap", "histogram", "box", "violin", "contour", "image"];

    private readonly string number;

    public Panel(Figure figure, int rank)
    {
        (Figure, number) = (figure, rank == 1 ? "" : $"{rank}");
        foreach (var trace in figure.Traces)
            if (!planeTraces.Contains(trace.Get("type") as string ?? "") || trace.Get("xaxis") is not (null or "x"))
                throw new ArgumentException($"A panel of a grid needs one pair of plane axes, which '{figure.Caption}' does not have.");
        Legend = [.. figure.Traces.Where(t => t.Get("showlegend") is true).Select(t => t.Get("name") as string ?? "")];
        if (Legend.Length < 2)
            Legend = [];
    }

    public Figure Figure { get; }

    public string[] Legend { get; }

    public string LegendName => $"legend{number}";

    public object? Font => Figure.Layout.Get("font");

    public int Margin(string side, int otherwise) =>
        (Figure.Layout.Get("margin") as DynamicObj.DynamicObj)?.Get(side) as int? ?? otherwise;

    public void AddTo(Layout layout, GridLayout.Parts parts, GridLayout.Domain domain, bool hideLegend, bool ownLegend)
    {
        layout.With(
            ($"xaxis{number}", Axis("xaxis", $"y{number}", domain.Left, domain.Right)),
            ($"yaxis{number}", Axis("yaxis", $"x{number}", domain.Bottom, domain.Top)));
        foreach (var name in new[] { "barmode", "bargap", "bargroupgap" })
            layout.With((name, Figure.Layout.Get(name)));
        parts.Shapes.AddRange(Figure.Layout.Items("shapes").Select(Renumber));
        parts.Images.AddRange(Figure.Layout.Items("images").Select(Renumber));
        parts.Annotations.AddRange(Figure.Layout.Items("annotations").Select(Renumber));
        foreach (var trace in Figure.Traces)
        {
            var copy = trace.CopyTo(new Trace((string)trace.Get("type")!)).With(("xaxis", $"x{number}"), ("yaxis", $"y{number}"));
            if (hideLegend || Legend.Length == 0)
                copy.With(("showlegend", false));
            if (ownLegend)
                copy.With(("legend", LegendName));
            else if (copy.Get("name") is { } name)
                copy.With(("legendgroup", name));
            parts.Traces.Add(WithColorBar(copy, domain));
        }
    }

    private DynamicObj.DynamicObj Axis(string name, string anchor, double start, double end)
    {
        var axis = ((Figure.Layout.Get(name) as DynamicObj.DynamicObj) ?? new()).CopyTo(new DynamicObj.DynamicObj());
        if (axis.Get("scaleanchor") is not null)
            axis.With(("scaleanchor", $"x{number}"));
        return axis.With(("anchor", anchor), ("domain", new[] { start, end }));
    }

    private DynamicObj.DynamicObj Renumber(DynamicObj.DynamicObj item)
    {
        var copy = item.CopyTo(new DynamicObj.DynamicObj());
        foreach (var (key, axis) in new[] { ("xref", "x"), ("yref", "y") })
            copy.With((key, (copy.Get(key) as string) switch
            {
                null => $"{axis}{number}",
                "paper" => $"{axis}{number} domain",
                var reference => reference.Replace(axis, axis + number, StringComparison.Ordinal),
            }));
        return copy;
    }

    /// <summary>Moves a colour scale beside its panel.</summary>
    private static Trace WithColorBar(Trace trace, GridLayout.Domain domain)
    {
        if (trace.Get("colorbar") is DynamicObj.DynamicObj bar)
            return trace.With(("colorbar", Beside(bar)));
        if (trace.Get("marker") is DynamicObj.DynamicObj marker && marker.Get("colorbar") is DynamicObj.DynamicObj inner)
            return trace.With(("marker", marker.CopyTo(new DynamicObj.DynamicObj()).With(("colorbar", Beside(inner)))));
        return trace;

        DynamicObj.DynamicObj Beside(DynamicObj.DynamicObj original) => original.CopyTo(new DynamicObj.DynamicObj()).With(
            ("x", domain.Right + 0.004), ("xanchor", "left"), ("xpad", 0), ("y", (domain.Top + domain.Bottom) / 2), ("ypad", 0),
            ("lenmode", "fraction"), ("len", domain.Top - domain.Bottom), ("thickness", 10));
    }
}
