using Lab.Plots.Drawing;

namespace Lab.Plots;

/// <summary>Probability vectors over three classes, drawn as points or as a path.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Probabilities">Rows that sum to 1, <c>[N, 3]</c>.</param>
public sealed record SimplexPoints(string Name, Numbers Probabilities)
{
    /// <summary>Whether a line joins the points in their order.</summary>
    public bool Joined { get; init; }

    /// <summary>A quantity that colours the points, such as the temperature, <c>[N]</c>.</summary>
    public Numbers? Values { get; init; }

    /// <summary>What <see cref="Values"/> measure.</summary>
    public string ValueName { get; init; } = "";

    /// <summary>A text beside each point; empty ones are left out.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

public static partial class Plot
{
    private const double SumTolerance = 1e-3;
    private static readonly double simplexHeight = Math.Sqrt(3) / 2;

    /// <summary>
    /// Draws distributions over three classes in their triangle: a corner is certainty, the centre is the uniform
    /// distribution, and on each thin line the probability of one class is 0.2, 0.4, 0.6 or 0.8.
    /// </summary>
    /// <param name="points">Sets of distributions.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="classes">The names of the three classes: at the left, at the right, on top.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Rows that are not distributions over three classes, or no caption.</exception>
    public static Figure Simplex(
        IReadOnlyList<SimplexPoints> points, string caption, IReadOnlyList<string> classes, string? title = null)
    {
        NotEmpty(points, nameof(points));
        ArgumentNullException.ThrowIfNull(classes);
        Count(classes.Count, 3, nameof(classes), "corner");
        var canvas = new Canvas("", "", title) { Height = 440 };
        canvas.HideAxes([-0.16, 1.16], [-0.1, 0.96]);
        Triangle(canvas, classes);
        for (var i = 0; i < points.Count; i++)
            Distributions(canvas, points[i], i);
        return canvas.ToFigure(caption);
    }

    private static (double X, double Y) OnSimplex(double[] p) => (p[1] + p[2] / 2, p[2] * simplexHeight);

    private static void Triangle(Canvas canvas, IReadOnlyList<string> classes)
    {
        for (var level = 0.2; level < 0.9; level += 0.2)
        {
            var rest = 1 - level;
            Edge(canvas, OnSimplex([level, rest, 0]), OnSimplex([level, 0, rest]), "#d0d0d0", 1);
            Edge(canvas, OnSimplex([rest, level, 0]), OnSimplex([0, level, rest]), "#d0d0d0", 1);
            Edge(canvas, OnSimplex([rest, 0, level]), OnSimplex([0, rest, level]), "#d0d0d0", 1);
        }
        var (left, right, top) = (OnSimplex([1, 0, 0]), OnSimplex([0, 1, 0]), OnSimplex([0, 0, 1]));
        Edge(canvas, left, right, Palette.Ink, 1.6);
        Edge(canvas, right, top, Palette.Ink, 1.6);
        Edge(canvas, top, left, Palette.Ink, 1.6);
        Corner(canvas, left, classes[0], "right", "top");
        Corner(canvas, right, classes[1], "left", "top");
        Corner(canvas, top, classes[2], "center", "bottom");
    }

    private static void Edge(Canvas canvas, (double X, double Y) from, (double X, double Y) to, string color, double width) =>
        canvas.Shape(("type", "line"), ("xref", "x"), ("yref", "y"), ("x0", from.X), ("y0", from.Y), ("x1", to.X), ("y1", to.Y),
            ("layer", "below"), ("line", Props.Of(("color", color), ("width", width))));

    private static void Corner(Canvas canvas, (double X, double Y) at, string name, string xanchor, string yanchor) =>
        canvas.Annotate(("x", at.X), ("y", at.Y), ("xanchor", xanchor), ("yanchor", yanchor),
            ("yshift", yanchor == "top" ? -4 : 4), ("text", $"<b>{Label.Escape(name)}</b>"), ("font", Props.Of(("size", 14))));

    private static void Distributions(Canvas canvas, SimplexPoints points, int rank)
    {
        var rows = Rows(points);
        var at = rows.Select(OnSimplex).ToArray();
        Count(points.Labels?.Count, rows.Length, $"{points.Name}.{nameof(points.Labels)}", "point");
        var values = points.Values?.Vector($"{points.Name}.{nameof(points.Values)}");
        Count(values?.Length, rows.Length, $"{points.Name}.{nameof(points.Values)}", "point");

        var color = Palette.Color(rank);
        var trace = canvas.Add("scatter",
            ("mode", (points.Joined ? "lines+markers" : "markers") + (points.Labels is null ? "" : "+text")),
            ("x", at.Select(p => p.X).ToArray()), ("y", at.Select(p => p.Y).ToArray()), ("cliponaxis", false),
            ("text", points.Labels?.Select(Label.Escape).ToArray()), ("textposition", "middle right"), ("textfont", Props.Of(("size", 12))),
            ("customdata", rows), ("hovertemplate", "%{customdata[0]:.3f}, %{customdata[1]:.3f}, %{customdata[2]:.3f}"),
            ("line", Props.Of(("color", values is null ? color : "#8a8a8a"), ("dash", Palette.Dash(rank)), ("width", 1.8))),
            ("marker", Props.Of(("symbol", Palette.Symbol(rank)), ("size", rows.Length > 200 ? 5 : 9),
                ("color", values is null ? color : values), ("colorscale", values is null ? null : Palette.Path),
                ("line", Props.Of(("width", 0.8), ("color", "#ffffff"))))));
        canvas.Name(trace, points.Name);
        if (values is null)
            return;
        canvas.RightMargin = 96;
        ((DynamicObj.DynamicObj)trace.Get("marker")!).With(("showscale", true), ("colorbar", Props.Of(
            ("thickness", 14), ("outlinewidth", 0), ("len", 0.8), ("title", Props.Of(("text", Label.Escape(points.ValueName)), ("side", "right"))))));
    }

    private static double[][] Rows(SimplexPoints points)
    {
        var name = $"{points.Name}.{nameof(points.Probabilities)}";
        if (points.Probabilities.Shape is not [> 0, 3])
            throw points.Probabilities.BadShape(name, "[N, 3] with N > 0");
        var rows = points.Probabilities.Matrix(name);
        var bad = Array.FindIndex(rows, p => !(p.Min() >= -SumTolerance && Math.Abs(p.Sum() - 1) <= SumTolerance));
        return bad < 0 ? rows : throw new ArgumentException(
            $"{name} must hold rows of probabilities that sum to 1, got [{string.Join(", ", rows[bad].Select(v => Label.Number(v)))}] in row {bad}.");
    }
}
