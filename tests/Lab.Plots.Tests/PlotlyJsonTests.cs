using Lab.Plots.Drawing;

namespace Lab.Plots.Tests;

public sealed class PlotlyJsonTests
{
    [Theory]
    [InlineData(1.0 / 3, 1, "0.333333")]
    [InlineData(-1234567.891, 1e7, "-1.23457E+06")]
    [InlineData(0, 1, "0")]
    [InlineData(1e-30, 1, "1E-30")]
    [InlineData(double.NaN, 1, "null")]
    [InlineData(double.NegativeInfinity, 1, "null")]
    public void Numbers_keep_six_digits(double value, double spread, string expected) =>
        Assert.Equal(expected, PlotlyJson.Round(value, spread));

    [Fact]
    public void Numbers_close_together_keep_what_tells_them_apart()
    {
        double[] x = [.. Enumerable.Range(0, 100).Select(i => 88.7228 + i * 1e-6)];
        var figure = Plot.Lines([new("a", x, x)], "Close.", "x", "y");
        var written = FigureTests.Json(figure).GetProperty("data")[0].GetProperty("x").EnumerateArray().Select(v => v.GetDouble());
        Assert.Equal(100, written.Distinct().Count());
    }

    [Fact]
    public void NaN_and_infinities_become_null()
    {
        var figure = Plot.Lines([new("a", [1, double.NaN, double.PositiveInfinity, 2])], "Broken.", "x", "y");
        Assert.Contains("\"y\":[1,null,null,2]", figure.ToPlotlyJson(), StringComparison.Ordinal);
    }
}
