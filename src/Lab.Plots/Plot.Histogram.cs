using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    /// <summary>Draws how often values fall into bins of equal width, the same bins for every series.</summary>
    /// <param name="samples">Names and samples, each of any shape.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="x">The axis of the values.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="guides">Labelled lines across the plot.</param>
    /// <param name="title">A short title.</param>
    /// <param name="density">Whether heights are densities (area 1), rather than counts.</param>
    /// <exception cref="ArgumentException">No finite values, a log axis, or no caption.</exception>
    public static Figure Histogram(
        IReadOnlyList<(string Name, Numbers Values)> samples, string caption, Axis x, int bins = 40,
        IReadOnlyList<Guide>? guides = null, string? title = null, bool density = false)
    {
        NotEmpty(samples, nameof(samples));
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (x.Log)
            throw new ArgumentException("A histogram has bins of equal width: plot the logarithms instead of a log axis.", nameof(x));
        var finite = samples.Select(s => s.Values.Where(double.IsFinite).ToArray()).ToArray();
        if (finite.All(values => values.Length == 0))
            throw new ArgumentException("samples must hold at least one finite value, got none.", nameof(samples));

        var (low, high) = (finite.SelectMany(v => v).Min(), finite.SelectMany(v => v).Max());
        if (low == high)
            (low, high) = (low - 0.5, high + 0.5);
        var width = (high - low) / bins;
        var canvas = new Canvas(x, density ? "density" : "count", title);
        canvas.YSettings.With(("rangemode", "tozero"));
        for (var i = 0; i < samples.Count; i++)
        {
            var heights = new double[bins];
            foreach (var value in finite[i])
                heights[Math.Clamp((int)((value - low) / width), 0, bins - 1)] += density ? 1 / (width * finite[i].Length) : 1;
            Steps(canvas, samples[i].Name, low, width, heights, i);
        }
        Lost(canvas, samples.Sum(s => s.Values.Flat.Length) - finite.Sum(v => v.Length), "values");
        canvas.Add(guides, null);
        return canvas.ToFigure(caption);
    }

    /// <summary>The outline of the bins: overlapping series stay readable.</summary>
    private static void Steps(Canvas canvas, string name, double low, double width, double[] heights, int rank)
    {
        double[] edges = [.. Enumerable.Range(0, heights.Length + 1).Select(i => low + i * width)];
        var trace = canvas.Add("scatter",
            ("mode", "lines"), ("x", (double[])[low, .. edges, edges[^1]]), ("y", (double[])[0, .. heights, heights[^1], 0]),
            ("line", Props.Of(("shape", "hv"), ("color", Palette.Color(rank)), ("dash", Palette.Dash(rank)), ("width", 2))),
            ("fill", "tozeroy"), ("fillcolor", Palette.Faint(Palette.Color(rank), 0.2)));
        canvas.Name(trace, name);
    }
}
