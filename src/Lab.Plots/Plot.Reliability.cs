using Lab.Core.Calibration;
using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    /// <summary>The strip under the diagram that shows how many examples each bin has: its depth and its distance.</summary>
    private const double StripDepth = 0.13, StripGap = 0.03;

    private const string Strip = "#8a8a8a";

    /// <summary>
    /// Draws a reliability diagram: how often a classifier is right, by how sure it is. Bars end at the accuracy, hatching
    /// leads from there to the mean confidence, and the strip below shows where the examples are.
    /// </summary>
    /// <param name="bins">The answer of <see cref="Confidence.Reliability"/>.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Numbers of bins that differ, no examples at all, or no caption.</exception>
    public static Figure Reliability(ReliabilityBins bins, string caption, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(bins);
        var confidence = Numbers.Of(bins.Confidence).Vector("bins.Confidence");
        var accuracy = Numbers.Of(bins.Accuracy).Vector("bins.Accuracy");
        var count = Numbers.Of(bins.Count).Vector("bins.Count");
        Count(accuracy.Length, confidence.Length, "bins.Accuracy", "bin");
        Count(count.Length, confidence.Length, "bins.Count", "bin");
        if (count.Sum() is not > 0)
            throw new ArgumentException("bins must hold at least one example, got none.", nameof(bins));

        var canvas = new Canvas(
            new Axis("confidence") { Min = 0, Max = 1 }, new Axis("accuracy") { Min = -StripDepth - 2 * StripGap, Max = 1.02 }, title)
        {
            Width = 560,
            Height = 460,
        };
        canvas.YSettings.With(("tickmode", "array"), ("tickvals", (double[])[0, 0.2, 0.4, 0.6, 0.8, 1]));
        int[] filled = [.. Enumerable.Range(0, count.Length).Where(i => count[i] > 0)];
        var width = 1.0 / count.Length;

        Blocks("accuracy", filled, width, i => 0, i => accuracy[i], Palette.Color(0), "", i => $"accuracy {Label.Number(accuracy[i], 3)}");
        Blocks("gap to the confidence", filled, width, i => Math.Min(accuracy[i], confidence[i]), i => Math.Abs(accuracy[i] - confidence[i]),
            Palette.Color(1), "/", i => $"confidence {Label.Number(confidence[i], 3)}");
        var diagonal = canvas.Add("scatter",
            ("mode", "lines"), ("x", (double[])[0, 1]), ("y", (double[])[0, 1]), ("hoverinfo", "skip"),
            ("line", Props.Of(("color", Palette.Ink), ("dash", "dot"), ("width", 1.6))));
        canvas.Name(diagonal, "as right as sure");
        Blocks("examples", filled, width, _ => -StripGap - StripDepth, i => StripDepth * count[i] / count.Max(), Strip, "", i => $"{count[i]:0} examples");

        var error = filled.Sum(i => count[i] * Math.Abs(accuracy[i] - confidence[i])) / count.Sum();
        canvas.Annotate(("xref", "x domain"), ("x", 0.02), ("xanchor", "left"), ("yref", "y domain"), ("y", 0.985), ("yanchor", "top"),
            ("text", $"calibration error {Label.Number(error, 3)}"), ("font", Props.Of(("size", 13), ("color", Palette.Ink))),
            ("bgcolor", "rgba(255,255,255,0.88)"));
        return canvas.ToFigure(caption);

        // With an offset of their own, bars stand over each other and not side by side, in a grid too.
        void Blocks(
            string name, int[] which, double wide, Func<int, double> foot, Func<int, double> height, string color, string hatch,
            Func<int, string> words)
        {
            var trace = canvas.Add("bar",
                ("x", Array.ConvertAll(which, i => (i + 0.5) * wide)), ("base", Array.ConvertAll(which, i => foot(i))),
                ("y", Array.ConvertAll(which, i => height(i))), ("width", wide * 0.94), ("offset", -wide * 0.47),
                ("hovertext", Array.ConvertAll(which, i => words(i))), ("hoverinfo", "text"),
                ("marker", Props.Of(
                    ("color", hatch == "" ? color : Palette.Faint(color, 0.25)), ("line", Props.Of(("width", 0.8), ("color", color))),
                    ("pattern", Props.Of(("shape", hatch), ("fillmode", "overlay"), ("fgcolor", color), ("size", 7), ("solidity", 0.25))))));
            canvas.Name(trace, name);
        }
    }
}
