using Plotly.NET;

namespace Lab.Plots.Drawing;

/// <summary>
/// Collects the parts of one chart with one pair of axes and gives it the kit's look. Positions outside the data are
/// given as <c>x domain</c> and <c>y domain</c>, never as <c>paper</c>, so that a chart can become a panel of a grid.
/// </summary>
internal sealed class Canvas(Axis x, Axis y, string? title)
{
    private readonly List<Trace> traces = [];
    private readonly List<DynamicObj.DynamicObj> shapes = [];
    private readonly List<DynamicObj.DynamicObj> annotations = [];
    private readonly List<DynamicObj.DynamicObj> images = [];
    private readonly List<string> legend = [];

    public Axis X { get; } = x;

    public Axis Y { get; } = y;

    /// <summary>The height of a line of text inside the plot, as a share of it.</summary>
    public const double TextRow = 0.085;

    /// <summary>Lines of text written at the upper edge of the plot so far; the scale leaves room for them.</summary>
    public int TopRows { get; set; }

    /// <summary>Bars drawn along the upper edge so far.</summary>
    public int TopBars { get; set; }

    /// <summary>Bars drawn along the lower edge so far.</summary>
    public int BottomBars { get; set; }

    /// <summary>Lines of text written at the lower edge of the plot so far.</summary>
    public int BottomRows { get; set; }

    public int Width { get; init; } = Figure.DefaultWidth;

    public int Height { get; set; } = Figure.DefaultHeight;

    /// <summary>Plotly.js settings of the axes and the layout that one kind of chart needs.</summary>
    public DynamicObj.DynamicObj XSettings { get; } = new();

    public DynamicObj.DynamicObj YSettings { get; } = new();

    public DynamicObj.DynamicObj LayoutSettings { get; } = new();

    /// <summary>Room below the plot for tick labels and the axis title, in pixels.</summary>
    public int BottomMargin { get; set; } = 62;

    public int LeftMargin { get; set; } = 76;

    public int RightMargin { get; set; } = 24;

    /// <summary>Pictures without scales: both axes vanish, and a unit is as long across as it is up.</summary>
    public void HideAxes(double[] xRange, double[] yRange)
    {
        foreach (var settings in new[] { XSettings, YSettings })
            settings.With(("visible", false), ("autorange", false), ("title", Props.Of(("text", ""))));
        XSettings.With(("range", xRange), ("constrain", "domain"));
        YSettings.With(("range", yRange), ("scaleanchor", "x"), ("constrain", "domain"));
        (LeftMargin, RightMargin, BottomMargin) = (16, 16, 34);
    }

    /// <summary>Room above the plot for the title and the legend, in pixels.</summary>
    public int TopMargin => 18 + (title is null ? 0 : 30) + 26 * LegendRows;

    private int LegendRows => legend.Count < 2 ? 0 : (int)((legend.Sum(name => name.Length * 7.3 + 48) + Width - 120) / (Width - 120));

    public Trace Add(string type, params ReadOnlySpan<(string Name, object? Value)> properties)
    {
        var trace = new Trace(type).With(("type", type), ("showlegend", false)).With(properties);
        traces.Add(trace);
        return trace;
    }

    /// <summary>Shows a trace in the legend.</summary>
    public void Name(Trace trace, string name)
    {
        legend.Add(name);
        trace.With(("name", Label.Escape(name)), ("showlegend", true));
    }

    public void Shape(params ReadOnlySpan<(string Name, object? Value)> properties) => shapes.Add(Props.Of(properties));

    /// <summary>A picture whose upper left corner lies at a point of the axes.</summary>
    public void Image(string source, double x, double y, double width, double height) =>
        images.Add(Props.Of(("source", source), ("xref", "x"), ("yref", "y"), ("x", x), ("y", y), ("xanchor", "left"), ("yanchor", "top"),
            ("sizex", width), ("sizey", height), ("sizing", "stretch"), ("layer", "below")));

    public void Annotate(params ReadOnlySpan<(string Name, object? Value)> properties) =>
        annotations.Add(Props.Of(("showarrow", false)).With(properties));

    public Figure ToFigure(string caption)
    {
        Scales.Set(this, traces);
        var rows = LegendRows;
        var layout = new Layout()
            .With(
                ("width", Width),
                ("height", Height),
                ("paper_bgcolor", "#ffffff"),
                ("plot_bgcolor", "#ffffff"),
                ("font", Props.Of(("family", "Helvetica, Arial, 'Liberation Sans', sans-serif"), ("size", 14), ("color", Palette.Ink))),
                ("title", title is null ? null : Title(title)),
                ("margin", Props.Of(
                    ("l", LeftMargin), ("r", RightMargin), ("t", TopMargin), ("b", BottomMargin - (X.Label == "" ? 26 : 0)))),
                ("showlegend", rows > 0),
                ("legend", Props.Of(
                    ("orientation", "h"), ("x", 0), ("xanchor", "left"), ("y", 1.01), ("yanchor", "bottom"),
                    ("bgcolor", "rgba(255,255,255,0)"), ("traceorder", "normal"))),
                ("hovermode", "closest"),
                ("xaxis", AxisOf(X, XSettings, 10)),
                ("yaxis", AxisOf(Y, YSettings, 12)),
                ("shapes", shapes.Count == 0 ? null : shapes),
                ("images", images.Count == 0 ? null : images),
                ("annotations", annotations.Count == 0 ? null : annotations));
        return new Figure(traces, LayoutSettings.CopyTo(layout), caption, title);
    }

    internal static DynamicObj.DynamicObj Title(string title) => Props.Of(
        ("text", $"<b>{Label.Escape(title)}</b>"), ("font", Props.Of(("size", 16))),
        ("x", 0), ("xref", "paper"), ("xanchor", "left"),
        ("y", 1), ("yref", "container"), ("yanchor", "top"), ("pad", Props.Of(("t", 14))));

    private static DynamicObj.DynamicObj AxisOf(Axis axis, DynamicObj.DynamicObj settings, int standoff) =>
        settings.CopyTo(Props.Of(
            ("title", Props.Of(("text", Label.Escape(axis.Label)), ("font", Props.Of(("size", 15))), ("standoff", standoff))),
            ("type", axis.Log ? "log" : null),
            ("range", Range(axis)),
            ("autorange", axis is { Min: not null, Max: not null } ? false : null),
            ("tickfont", Props.Of(("size", 13))),
            ("exponentformat", "power"),
            ("minexponent", 5),
            ("gridcolor", Palette.GridLine),
            ("zeroline", false),
            ("showline", true), ("linecolor", Palette.Muted), ("ticks", "outside"), ("tickcolor", Palette.Muted), ("ticklen", 4)));

    private static double?[]? Range(Axis axis) => axis is { Min: null, Max: null }
        ? null
        : [End(axis, axis.Min), End(axis, axis.Max)];

    private static double? End(Axis axis, double? value) => value switch
    {
        null => null,
        { } v when axis.CanShow(v) => axis.AnnotationAt(v),
        { } v => throw new ArgumentException($"{axis.Title} cannot end at {v} on its scale."),
    };
}
