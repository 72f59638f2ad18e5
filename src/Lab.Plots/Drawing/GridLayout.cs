using Plotly.NET;

namespace Lab.Plots.Drawing;

/// <summary>Places figures in cells. The grid has no margins, so that a share of its paper is a share of its pixels.</summary>
internal sealed class GridLayout
{
    private const int TitleRoom = 34;
    private const int LegendRoom = 28;
    private const int LineHeight = 18;

    private readonly Panel[] panels;
    private readonly int columns;
    private readonly string? title;
    private readonly int panelHeight;
    private readonly bool sharedLegend;
    private readonly int head;
    private readonly int height;
    private readonly string[][] headings;

    public GridLayout(IReadOnlyList<Figure> figures, int columns, string? title, int panelHeight)
    {
        (this.columns, this.title, this.panelHeight) = (columns, title, panelHeight);
        panels = [.. figures.Select((figure, i) => new Panel(figure, i + 1))];
        var legends = panels.Select(p => string.Join('\n', p.Legend)).Where(names => names != "").Distinct().ToArray();
        sharedLegend = legends.Length == 1;
        head = (title is null ? 0 : TitleRoom) + (sharedLegend ? LegendRoom : 0);
        height = head + (panels.Length + columns - 1) / columns * panelHeight;
        var width = (Figure.GridWidth / columns - 40) / 7;
        headings = [.. figures.Select(f => Label.Wrap(f.Title ?? f.Caption, width).ToArray())];
    }

    public Figure ToFigure(string caption)
    {
        var layout = new Layout().With(
            ("width", Figure.GridWidth), ("height", height), ("paper_bgcolor", "#ffffff"), ("plot_bgcolor", "#ffffff"),
            ("font", panels[0].Font), ("title", title is null ? null : Canvas.Title(title)), ("hovermode", "closest"),
            ("margin", Props.Of(("l", 0), ("r", 0), ("t", 0), ("b", 0))),
            ("showlegend", panels.Any(p => p.Legend.Length > 0)));
        if (title is not null)
            layout.With(("title", Canvas.Title(title).With(("x", 12.0 / Figure.GridWidth), ("xref", "container"))));
        if (sharedLegend)
            layout.With(("legend", LegendAt(12.0 / Figure.GridWidth, 1 - (double)(head - LegendRoom + 6) / height)));

        var parts = new Parts();
        var seen = false;
        for (var i = 0; i < panels.Length; i++)
        {
            Place(layout, parts, i, hideLegend: sharedLegend && seen);
            seen |= panels[i].Legend.Length > 0;
        }
        layout.With(
            ("shapes", parts.Shapes), ("images", parts.Images), ("annotations", parts.Annotations));
        return new Figure(parts.Traces, layout, caption, title);
    }

    private void Place(Layout layout, Parts parts, int index, bool hideLegend)
    {
        var panel = panels[index];
        var (row, column) = Math.DivRem(index, columns);
        var cellWidth = (double)Figure.GridWidth / columns;
        var (cellLeft, cellTop) = (column * cellWidth, head + (double)row * panelHeight);
        var ownLegend = !sharedLegend && panel.Legend.Length > 0;

        var lines = Enumerable.Range(row * columns, columns).Where(i => i < headings.Length).Max(i => headings[i].Length);
        var left = cellLeft + panel.Margin("l", 80);
        var right = cellLeft + cellWidth - panel.Margin("r", 30);
        var top = cellTop + 12 + lines * LineHeight + (ownLegend ? LegendRoom : 0) + 4;
        var bottom = cellTop + panelHeight - panel.Margin("b", 60) - 4;
        if (right - left < 30 || bottom - top < 30)
            throw new ArgumentException($"{panels.Length} panels in {columns} columns leave no room for '{panel.Figure.Caption}': use fewer columns.");

        var domain = new Domain(left / Figure.GridWidth, right / Figure.GridWidth, 1 - bottom / height, 1 - top / height);
        panel.AddTo(layout, parts, domain, hideLegend, ownLegend);
        if (ownLegend)
            layout.With((panel.LegendName, LegendAt(domain.Left, domain.Top + 1.0 / height).With(("yanchor", "bottom"))));
        parts.Annotations.Add(Props.Of(
            ("xref", "paper"), ("x", (cellLeft + 12) / Figure.GridWidth), ("xanchor", "left"),
            ("yref", "paper"), ("y", 1 - (cellTop + 10) / height), ("yanchor", "top"), ("showarrow", false), ("align", "left"),
            ("text", string.Join("<br>", headings[index].Select(line => $"<b>{Label.Escape(line)}</b>"))), ("font", Props.Of(("size", 14)))));
    }

    private static DynamicObj.DynamicObj LegendAt(double x, double y) => Props.Of(
        ("orientation", "h"), ("x", x), ("xanchor", "left"), ("y", y), ("yanchor", "top"), ("bgcolor", "rgba(255,255,255,0)"),
        ("font", Props.Of(("size", 13))));

    internal sealed record Domain(double Left, double Right, double Bottom, double Top);

    internal sealed class Parts
    {
        public List<Trace> Traces { get; } = [];

        public List<DynamicObj.DynamicObj> Shapes { get; } = [];

        public List<DynamicObj.DynamicObj> Images { get; } = [];

        public List<DynamicObj.DynamicObj> Annotations { get; } = [];
    }
}
