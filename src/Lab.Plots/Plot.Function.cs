namespace Lab.Plots;

/// <summary>A function of one variable to draw.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Of">The function; it may answer NaN and infinities.</param>
public sealed record Curve(string Name, Func<double, double> Of);

public static partial class Plot
{
    private const int Samples = 400;

    /// <summary>Draws a function; where its value is NaN or infinite, it says so and from where on.</summary>
    /// <inheritdoc cref="Functions"/>
    public static Figure Function(
        Func<double, double> function, double from, double to, string caption, Axis x, Axis y,
        IReadOnlyList<Guide>? guides = null, IReadOnlyList<Note>? notes = null, string? title = null) =>
        Functions([new(y.Title, function)], from, to, caption, x, y, guides, notes, title);

    /// <summary>Draws functions over one range; where a value is NaN or infinite, it says so and from where on.</summary>
    /// <param name="curves">The functions.</param>
    /// <param name="from">The range's start.</param>
    /// <param name="to">The range's end.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="x">The horizontal axis; on a log axis the samples are spread evenly in the logarithm.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="guides">Labelled lines across the plot.</param>
    /// <param name="notes">Texts with arrows to points.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">No functions, an empty or infinite range, or no caption.</exception>
    public static Figure Functions(
        IReadOnlyList<Curve> curves, double from, double to, string caption, Axis x, Axis y,
        IReadOnlyList<Guide>? guides = null, IReadOnlyList<Note>? notes = null, string? title = null)
    {
        NotEmpty(curves, nameof(curves));
        ArgumentNullException.ThrowIfNull(x);
        if (!(from < to && x.CanShow(from) && x.CanShow(to)))
            throw new ArgumentException($"The range must be finite, with from < to{(x.Log ? " and above 0" : "")}, got {from} to {to}.", nameof(from));
        return Lines([.. curves.Select(curve => Sampled(curve, from, to, x.Log))], caption, x, y, guides, notes, title);
    }

    private static Series Sampled(Curve curve, double from, double to, bool log)
    {
        var points = new List<(double X, double Y)>();
        for (var i = 0; i <= Samples; i++)
        {
            var t = (double)i / Samples;
            var x = i == Samples ? to : log ? from * Math.Pow(to / from, t) : from + (to - from) * t;
            var next = (x, curve.Of(x));
            if (points.Count > 0)
                points.AddRange(Edge(curve.Of, points[^1], next));
            points.Add(next);
        }
        return new(curve.Name, points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray());
    }

    /// <summary>The last point on one side and the first on the other of the place where values stop being finite.</summary>
    private static IEnumerable<(double X, double Y)> Edge(Func<double, double> f, (double X, double Y) left, (double X, double Y) right)
    {
        if (Kind(left.Y).Equals(Kind(right.Y)))
            return [];
        var (start, end) = (left, right);
        for (var i = 0; i < 60; i++)
        {
            var x = left.X + (right.X - left.X) / 2;
            if (x <= left.X || x >= right.X)
                break;
            var middle = (x, f(x));
            (left, right) = Kind(middle.Item2).Equals(Kind(left.Y)) ? (middle, right) : (left, middle);
        }
        return new[] { left, right }.Where(p => p.X > start.X && p.X < end.X);
    }

    private static double Kind(double value) => double.IsFinite(value) ? 0 : value;
}
