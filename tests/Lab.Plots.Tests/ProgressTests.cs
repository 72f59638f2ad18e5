namespace Lab.Plots.Tests;

public sealed class ProgressTests
{
    [Fact]
    public void Outside_of_notebooks_a_line_says_how_far_it_is()
    {
        var before = Console.Out;
        using var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            Assert.Equal([0, 1], Progress.Over(2, "training"));
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.Contains("training: 2 of 2", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_below_zero_is_refused_at_once() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => { Progress.Over(-1); });

    [Fact]
    public void A_bar_escapes_what_it_says() =>
        Assert.Contains("a&lt;b: 1 of 2, x &amp; y", new ProgressBar("a<b", 1, 2, "x & y", null).ToHtml(), StringComparison.Ordinal);
}
