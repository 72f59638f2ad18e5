using Lab.Plots.Drawing;

namespace Lab.Plots;

public static partial class Plot
{
    private const int MostExamples = 6;

    /// <summary>Draws the logits of a few examples as bars, and beside them the probabilities that softmax makes of them.</summary>
    /// <param name="logits">Class scores, <c>[N, K]</c>, N up to 6.</param>
    /// <param name="caption">What to see.</param>
    /// <param name="classes">The names of the K classes.</param>
    /// <param name="examples">The names of the N examples.</param>
    /// <param name="title">A short title.</param>
    /// <exception cref="ArgumentException">Another shape, other numbers of names, or no caption.</exception>
    public static Figure ProbabilityBars(
        Numbers logits, string caption, IReadOnlyList<string>? classes = null, IReadOnlyList<string>? examples = null,
        string? title = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var rows = logits.Matrix(nameof(logits));
        if (rows.Length > MostExamples)
            throw logits.BadShape(nameof(logits), $"[N, K] with N up to {MostExamples}");
        Count(classes?.Count, rows[0].Length, nameof(classes), "class");
        Count(examples?.Count, rows.Length, nameof(examples), "example");

        classes ??= Indices(rows[0].Length);
        var finite = rows.SelectMany(r => r).Where(double.IsFinite).DefaultIfEmpty().ToArray();
        var (low, high) = (Math.Min(finite.Min(), 0), Math.Max(finite.Max(), 0));
        var room = Math.Max(high - low, 1) * 0.25;
        var panels = new List<Figure>();
        for (var i = 0; i < rows.Length; i++)
        {
            var name = examples?[i] ?? $"Example {i}";
            var scores = new Axis("logit") { Min = low < 0 ? low - room : low, Max = high + room };
            var chances = new Axis("probability") { Min = 0, Max = 1.25 };
            panels.Add(Scores(name, rows[i], classes, scores, 0));
            panels.Add(Scores($"{name}: softmax", Softmax(rows[i]), classes, chances, 1));
        }
        return Figure.Grid(panels, caption, 2, title, panelHeight: 190);
    }

    private static Figure Scores(string name, double[] values, IReadOnlyList<string> classes, Axis y, int rank)
    {
        var canvas = new Canvas("", y, name) { Width = Figure.GridWidth / 2, BottomMargin = 54 };
        Categories(canvas, classes);
        Bar(canvas, name, values, rank, values.Length > 12 ? 0 : 2);
        return canvas.ToFigure(name);
    }

    private static double[] Softmax(double[] logits)
    {
        var most = logits.Max();
        double[] weights = [.. logits.Select(z => Math.Exp(z - most))];
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }
}
