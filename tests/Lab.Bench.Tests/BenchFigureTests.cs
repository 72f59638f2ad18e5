namespace Lab.Bench.Tests;

public sealed class BenchFigureTests
{
    private static readonly BenchRow row = new("CrossEntropy", "kernel", "4 x 5", 1, new(2, 3, 1, 1, 9), new(4, 4, 2, 2, 9), new(8, 8, 4, 4, 9));

    [Fact]
    public void It_shows_the_ratios_of_the_fastest_laps_to_library_and_Python()
    {
        var json = Figure([row, row with { Threads = 2 }]);
        Assert.Contains("The kit against PyTorch in Python", json, StringComparison.Ordinal);
        Assert.Contains("0.5", json, StringComparison.Ordinal);
        Assert.Contains("0.25", json, StringComparison.Ordinal);
        Assert.Contains("2 threads", json, StringComparison.Ordinal);
    }

    [Fact]
    public void It_shows_the_form_that_runs_by_itself()
    {
        var slow = row with { Form = "readable", RunsByItself = false, Ours = new(76, 80, 38, 38, 9) };
        Assert.Equal(Figure([row]), Figure([row, slow]));
    }

    [Fact]
    public void Without_Python_it_has_one_panel() =>
        Assert.DoesNotContain("The kit against PyTorch in Python", Figure([row with { Python = null }]), StringComparison.Ordinal);

    private static string Figure(BenchRow[] rows) =>
        BenchFigure.Of(new(new("Linux", "a processor", 2, 512, "10.0", "2.10", null), rows)).ToPlotlyJson();
}
