using System.Text.Json;
using Lab.Core.Calibration;
using Lab.Plots.Drawing;
using static TorchSharp.torch;

namespace Lab.Plots.Tests;

public sealed class PlotTests
{
    private static JsonElement[] Data(Figure figure) => [.. FigureTests.Json(figure).GetProperty("data").EnumerateArray()];

    private static string[] Texts(Figure figure) =>
        [.. FigureTests.Json(figure).GetProperty("layout").GetProperty("annotations").EnumerateArray().Select(a => a.GetProperty("text").GetString()!)];

    private static double[] Doubles(JsonElement array) =>
        [.. array.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? double.NaN : v.GetDouble())];

    public static TheoryData<string, Action> WrongShapes => new()
    {
        { "a.Y must have shape [N] with N > 0, got [2, 3]", () => Plot.Lines([new("a", zeros(2, 3))], "c", "x", "y") },
        { "a.Y must have shape [N] with N > 0, got [0]", () => Plot.Points([new("a", zeros(0))], "c", "x", "y") },
        { "a.X must have shape [3], as a.Y has, got [2]", () => Plot.Lines([new("a", zeros(2), zeros(3))], "c", "x", "y") },
        { "both Lower and Upper", () => Plot.Lines([new("a", zeros(3)) { Lower = zeros(3) }], "c", "x", "y") },
        { "series must hold at least one item", () => Plot.Lines([], "c", "x", "y") },
        { "a must hold 2 items, one for each label, got 3", () => Plot.Bars(["p", "q"], [new("a", zeros(3))], "c", "x", "y") },
        { "matrix must have shape [rows, columns]", () => Plot.Heatmap(zeros(3), "c") },
        { "rows must hold 2 items", () => Plot.Heatmap(zeros(2, 3), "c", rows: ["p"]) },
        { "images must have shape [N, H, W] or [N, 1, H, W], no side 0, got [28, 28]", () => Plot.Images(zeros(28, 28), "c") },
        { "got [2, 3, 28, 28]", () => Plot.Images(zeros(2, 3, 28, 28), "c") },
        { "titles must hold 2 items", () => Plot.Images(zeros(2, 4, 4), "c", titles: ["p"]) },
        { "predictions must have shape [2], as targets has, got [3]", () => Plot.Predictions(zeros(2, 4, 4), zeros(2), zeros(3), "c") },
        { "a.Probabilities must have shape [N, 3] with N > 0, got [2, 4]", () => Plot.Simplex([new("a", zeros(2, 4))], "c", ["p", "q", "r"]) },
        { "got [1, 1, 0] in row 0", () => Plot.Simplex([new("a", new double[,] { { 1, 1, 0 } })], "c", ["p", "q", "r"]) },
        { "logits must have shape [rows, columns]", () => Plot.ProbabilityBars(zeros(3), "c") },
        { "bins.Accuracy must hold 2 items, one for each bin, got 3", () => Plot.Reliability(new(zeros(2), zeros(3), ones(2)), "c") },
        { "bins must hold at least one example", () => Plot.Reliability(new(zeros(2), zeros(2), zeros(2)), "c") },
        { "at least one finite value", () => Plot.Histogram([("a", new[] { double.NaN })], "c", "x") },
        { "The range must be finite", () => Plot.Function(Math.Exp, 1, 0, "c", "x", "y") },
        { "real numbers, got a ComplexFloat64", () => Plot.Heatmap(zeros(2, 2, dtype: complex128), "c") },
    };

    [Theory]
    [MemberData(nameof(WrongShapes))]
    public void Data_of_the_wrong_shape_is_refused_in_words(string words, Action plot)
    {
        var error = Assert.ThrowsAny<ArgumentException>(plot);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_differ_in_colour_and_in_dash()
    {
        var lines = Data(Plot.Lines([.. Enumerable.Range(0, 6).Select(i => new Series($"{i}", [1, 2]))], "Six.", "x", "y"));
        Assert.Equal(6, lines.Select(l => l.GetProperty("line").GetProperty("color").GetString()).Distinct().Count());
        Assert.Equal(6, lines.Select(l => l.GetProperty("line").GetProperty("dash").GetString()).Distinct().Count());
    }

    [Fact]
    public void Ten_sets_of_points_can_be_told_apart()
    {
        var points = Data(Plot.Points([.. Enumerable.Range(0, 10).Select(i => new Series($"{i}", [1, 2]))], "Ten.", "x", "y"));
        var looks = points.Select(p => p.GetProperty("marker")).Select(m => (m.GetProperty("symbol").GetString(), m.GetProperty("color").GetString()));
        Assert.Equal(10, looks.Distinct().Count());
    }

    [Fact]
    public void The_palette_is_that_of_Okabe_and_Ito() =>
        Assert.Equal(
            ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"], Enumerable.Range(0, 6).Select(Palette.Color));

    [Fact]
    public void A_line_says_where_it_turns_to_NaN_and_where_it_cannot_be_shown()
    {
        Assert.Contains("loss: NaN from 2", Texts(Plot.Lines([new("loss", [1, 2, double.NaN, double.NaN])], "c", "x", "y")));
        Assert.Contains("loss: +∞ at 1", Texts(Plot.Lines([new("loss", [1, double.PositiveInfinity, 2])], "c", "x", "y")));
        Assert.Contains("loss: 0 or less up to 0", Texts(Plot.Lines([new("loss", [0, 1, 2])], "c", "x", new Axis("y") { Log = true })));
        Assert.Contains("loss: −∞ everywhere", Texts(Plot.Lines([new("loss", [double.NegativeInfinity])], "c", "x", "y")));
    }

    [Fact]
    public void A_function_says_from_where_on_it_overflows()
    {
        var figure = Plot.Function(z => tensor((float)z).exp().item<float>(), 0, 100, "exp overflows.", "z", "exp(z)");
        Assert.Contains("exp(z): +∞ from 88.72", Texts(figure));
        var x = Doubles(Data(figure)[0].GetProperty("x"));
        var last = x[Array.FindLastIndex(Doubles(Data(figure)[0].GetProperty("y")), double.IsFinite)];
        Assert.Equal(88.7228, last, 4);
    }

    [Fact]
    public void A_reliability_diagram_leaves_empty_bins_out_and_writes_the_calibration_error()
    {
        var probabilities = tensor(new float[,] { { 0.9f, 0.1f }, { 0.9f, 0.1f }, { 0.34f, 0.66f }, { 0.42f, 0.58f } });
        var targets = tensor([0L, 1L, 1L, 1L]);
        var figure = Plot.Reliability(Confidence.Reliability(probabilities, targets, bins: 10), "c");
        var accuracy = Data(figure).First(trace => trace.GetProperty("name").GetString() == "accuracy");

        Assert.Equal([0.55, 0.65, 0.85], Doubles(accuracy.GetProperty("x")).Select(x => Math.Round(x, 6)));
        Assert.Equal([1, 1, 0.5], Doubles(accuracy.GetProperty("y")));
        var error = Confidence.ExpectedCalibrationError(probabilities, targets, bins: 10).item<float>();
        Assert.Contains(FormattableString.Invariant($"calibration error {error:0.###}"), Texts(figure));
    }

    [Fact]
    public void A_bar_without_a_value_says_what_it_is()
    {
        var bars = Data(Plot.Bars(["p", "q", "r"], [new("a", [1.5, double.NaN, double.PositiveInfinity])], "c", "x", "y"))[0];
        Assert.Equal(["1.5", "<b>NaN</b>", "<b>+∞</b>"], bars.GetProperty("text").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public void A_heatmap_of_signed_values_is_white_at_zero_and_names_what_has_no_colour()
    {
        var data = Data(Plot.Heatmap(new[,] { { -2, 1.0 }, { double.NaN, 0 } }, "c"));
        Assert.Equal(-2, data[0].GetProperty("zmin").GetDouble());
        Assert.Equal(2, data[0].GetProperty("zmax").GetDouble());
        Assert.Equal(JsonValueKind.Null, data[0].GetProperty("z")[1][0].ValueKind);
        Assert.Equal("<b>NaN</b>", data[2].GetProperty("text")[0].GetString());
    }

    [Fact]
    public void The_values_of_a_heatmap_are_white_on_dark_cells_and_dark_on_light_ones()
    {
        var written = Data(Plot.Heatmap(new[,] { { -2, 0.1, 1, 2.0 } }, "c"))[1];
        Assert.Equal(["−2", "0.1", "1", "2"], written.GetProperty("text").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(
            ["#ffffff", "#1a1a1a", "#1a1a1a", "#ffffff"],
            written.GetProperty("textfont").GetProperty("color").EnumerateArray().Select(t => t.GetString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    public void The_titles_of_pictures_do_not_touch_the_row_above(int columns)
    {
        var titles = Enumerable.Range(0, 2 * columns).Select(i => $"{i}").ToArray();
        var layout = FigureTests.Json(Plot.Images(zeros(2 * columns, 28, 28), "c", titles, columns: columns)).GetProperty("layout");
        var across = Doubles(layout.GetProperty("xaxis").GetProperty("range"));
        var margin = layout.GetProperty("margin");
        var pixels = (layout.GetProperty("height").GetDouble() - margin.GetProperty("t").GetDouble() - margin.GetProperty("b").GetDouble())
            / Math.Abs(Doubles(layout.GetProperty("yaxis").GetProperty("range")) is var down ? down[0] - down[1] : 0);
        pixels = Math.Min(pixels, (layout.GetProperty("width").GetDouble() - 32) / (across[1] - across[0]));
        var frames = layout.GetProperty("shapes").EnumerateArray().ToArray();
        var gap = frames[columns].GetProperty("y0").GetDouble() - frames[0].GetProperty("y1").GetDouble();
        Assert.InRange(gap * pixels, 18, 60);
    }

    [Fact]
    public void A_logarithmic_axis_of_three_decades_is_labelled_by_numbers_also_when_its_ends_are_given()
    {
        JsonElement AxisOf(string name, Axis x, Axis y) =>
            FigureTests.Json(Plot.Lines([new("a", [1, 2048], [1e-9, 10])], "c", x, y)).GetProperty("layout").GetProperty(name);
        var log = new Axis("a") { Log = true };
        Assert.Equal("D2", AxisOf("xaxis", log, "y").GetProperty("dtick").GetString());
        Assert.False(AxisOf("yaxis", "x", log).TryGetProperty("dtick", out _));
        Assert.Equal("D2", AxisOf("yaxis", "x", log with { Min = 1, Max = 20 }).GetProperty("dtick").GetString());
    }

    [Fact]
    public void Wrong_predictions_are_marked_by_a_sign_and_a_colour()
    {
        var figure = Plot.Predictions(rand(2, 1, 28, 28), new[] { 3, 4 }, new[] { 3, 9 }, "One is wrong.");
        Assert.Equal(["✓ 3", "✗ 9, is 4"], Texts(figure)[..2]);
        var frames = FigureTests.Json(figure).GetProperty("layout").GetProperty("shapes").EnumerateArray()
            .Select(s => s.GetProperty("line").GetProperty("color").GetString()).Distinct();
        Assert.Equal(2, frames.Count());
    }

    [Fact]
    public void A_histogram_counts_every_finite_value_and_reports_the_rest()
    {
        var figure = Plot.Histogram([("a", new[] { 0, 0.1, 0.9, 1, double.NaN })], "c", "x", bins: 2);
        Assert.Equal([0, 2, 2, 2, 0], Doubles(Data(figure)[0].GetProperty("y")));
        Assert.Contains(Texts(figure), text => text.StartsWith("1 values not shown", StringComparison.Ordinal));
    }

    [Fact]
    public void The_corners_and_the_centre_of_the_simplex_lie_where_they_should()
    {
        var points = new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1 / 3.0, 1 / 3.0, 1 / 3.0 } };
        var trace = Data(Plot.Simplex([new("a", points)], "c", ["p", "q", "r"]))[0];
        Assert.Equal([0, 1, 0.5, 0.5], Doubles(trace.GetProperty("x")));
        Assert.Equal([0, 0, 0.866025, 0.288675], Doubles(trace.GetProperty("y")));
    }

    [Fact]
    public void Probability_bars_stay_finite_for_huge_logits()
    {
        var data = Data(Plot.ProbabilityBars(new double[,] { { 1e4, 1e4, 0 } }, "c"));
        Assert.Equal([0.5, 0.5, 0], Doubles(data[1].GetProperty("y")));
    }

    [Fact]
    public void Drawing_leaves_no_tensor_behind()
    {
        using var x = rand(4, 4);
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Plot.Heatmap(x, "c").ToPlotlyJson();
        x.Table().ToString();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
