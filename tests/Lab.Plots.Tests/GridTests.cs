namespace Lab.Plots.Tests;

public sealed class GridTests
{
    private static Figure Panel(string title) => Plot.Lines(
        [new("a", [1, 2]), new("b", [2, 1])], "c", "x", "y", guides: [Guide.Vertical(0.5, "half")], title: title);

    [Fact]
    public void Every_panel_has_axes_of_its_own_and_guides_follow_them()
    {
        var json = FigureTests.Json(Figure.Grid([Panel("left"), Panel("right")], "Both."));
        Assert.Equal(["x", "x", "x2", "x2"], json.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("xaxis").GetString()));
        var layout = json.GetProperty("layout");
        Assert.Equal(["x", "x2"], layout.GetProperty("shapes").EnumerateArray().Select(s => s.GetProperty("xref").GetString()));
        Assert.Equal(["y domain", "y2 domain"], layout.GetProperty("shapes").EnumerateArray().Select(s => s.GetProperty("yref").GetString()));
        var left = layout.GetProperty("xaxis").GetProperty("domain")[1].GetDouble();
        var right = layout.GetProperty("xaxis2").GetProperty("domain")[0].GetDouble();
        Assert.True(left < right);
        Assert.Equal("y2", layout.GetProperty("xaxis2").GetProperty("anchor").GetString());
    }

    [Fact]
    public void A_legend_that_all_panels_share_is_shown_once()
    {
        var data = FigureTests.Json(Figure.Grid([Panel("left"), Panel("right")], "Both.")).GetProperty("data");
        Assert.Equal([true, true, false, false], data.EnumerateArray().Select(t => t.GetProperty("showlegend").GetBoolean()));
    }

    [Fact]
    public void The_panels_are_left_as_they_were()
    {
        var panel = Panel("left");
        var before = panel.ToPlotlyJson();
        Figure.Grid([panel, panel], "Twice.").ToPlotlyJson();
        Assert.Equal(before, panel.ToPlotlyJson());
    }

    [Fact]
    public void What_cannot_be_a_panel_is_refused()
    {
        var grid = Figure.Grid([Panel("left"), Panel("right")], "Both.");
        Assert.Throws<ArgumentException>(() => Figure.Grid([grid], "A grid in a grid."));
        Assert.Throws<ArgumentException>(() => Figure.Grid([], "Nothing."));
        Assert.Throws<ArgumentException>(() => Figure.Grid([.. Enumerable.Repeat(Panel("p"), 8)], "Too narrow.", columns: 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => Figure.Grid([Panel("p")], "No columns.", columns: 0));
    }
}
