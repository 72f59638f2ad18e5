using Plotly.NET;

namespace Lab.Plots.Drawing;

/// <summary>Sets what plotly.js would choose badly: labels of logarithmic scales, and room for text inside the plot.</summary>
internal static class Scales
{
    private const double NarrowDecades = 3.4;

    /// <summary>Plotly.js takes larger numbers for infinite (FP_SAFE in its source).</summary>
    private const double LargestDrawn = double.MaxValue / 1e4;

    public static void Set(Canvas canvas, IReadOnlyList<Trace> traces)
    {
        if (Extent(traces, "x", canvas.X) is { } across)
            Ticks(canvas.X, canvas.XSettings, Shown(canvas.X, across));
        if (Extent(traces, "y", canvas.Y) is not { } up)
            return;
        Ticks(canvas.Y, canvas.YSettings, Shown(canvas.Y, up));
        if (canvas.TopRows + canvas.BottomRows > 0)
            Room(canvas, up);
    }

    /// <summary>On a short logarithmic scale 0.2, 0.5, 1, 2, 5 are more use than powers of ten with small digits between.</summary>
    private static void Ticks(Axis axis, DynamicObj.DynamicObj settings, (double Low, double High) extent)
    {
        if (!axis.Log || settings.Get("tickmode") is not null)
            return;
        if (extent.High - extent.Low <= NarrowDecades)
            settings.With(("tickformat", "~g"), ("dtick", "D2"));
        else
            settings.With(("tickfont", Props.Of(("size", 11))));     // plotly.js enlarges powers by a quarter
    }

    private static void Room(Canvas canvas, (double Low, double High) extent)
    {
        if (canvas.Y.Min is not null || canvas.Y.Max is not null)
            return;
        var span = extent.High > extent.Low ? extent.High - extent.Low : 1;
        var above = 0.05 + Canvas.TextRow * canvas.TopRows;
        var below = 0.05 + Canvas.TextRow * canvas.BottomRows;
        var unit = span / (1 - Math.Min(above + below, 0.8));
        double[] range = [extent.Low - below * unit, extent.High + above * unit];
        if (Array.TrueForAll(range, end => Math.Abs(end) < LargestDrawn))
            canvas.YSettings.With(("range", range), ("autorange", false));
    }

    /// <summary>The ends that the axis asks for, or else those of the data.</summary>
    private static (double Low, double High) Shown(Axis axis, (double Low, double High) extent) => (
        axis.Min is { } low && axis.CanShow(low) ? axis.AnnotationAt(low) : extent.Low,
        axis.Max is { } high && axis.CanShow(high) ? axis.AnnotationAt(high) : extent.High);

    /// <summary>The least and the greatest position on the axis: exponents on a logarithmic one.</summary>
    private static (double Low, double High)? Extent(IReadOnlyList<Trace> traces, string side, Axis axis)
    {
        var values = traces.Select(trace => trace.Get(side)).OfType<double[]>().SelectMany(v => v)
            .Where(axis.CanShow).Select(axis.AnnotationAt).ToArray();
        return values.Length == 0 ? null : (values.Min(), values.Max());
    }
}
