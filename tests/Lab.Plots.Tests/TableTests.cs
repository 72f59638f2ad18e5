using static TorchSharp.torch;

namespace Lab.Plots.Tests;

public sealed class TableTests
{
    [Fact]
    public void Numbers_are_aligned_and_rounded_alike_within_a_column()
    {
        var table = new Table(["name", "n", "loss"], [["naive", 8, double.NaN], ["stable", 512, 0.125], ["third", 64, 1.0 / 3]]);
        Assert.Equal(
            """
            name      n    loss
            naive     8     NaN
            stable  512  0.1250
            third    64  0.3333
            """.ReplaceLineEndings("\n"), table.ToString());
    }

    [Fact]
    public void Rounding_never_makes_a_number_look_exact() =>
        Assert.Equal("p\n1.0000\n4.54e-5\n0.5000", new Table(["p"], [[0.9999546], [4.54e-5], [0.5]]).ToString().Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void Everything_is_escaped()
    {
        var table = new Table(["<b>"], [["a|b & <i>"]]);
        Assert.Contains("&lt;b&gt;", table.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("a|b &amp; &lt;i&gt;", table.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("| a\\|b &amp; &lt;i&gt; |", table.ToMarkdown(), StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", rand(1, 1).Table("<i>", rows: ["<i>"], columns: ["<i>"]).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_aligns_numbers_to_the_right() =>
        Assert.Equal("| a | b |\n| --- | ---: |\n| x | 1 |", new Table(["a", "b"], [["x", 1]]).ToMarkdown());

    [Fact]
    public void Objects_become_rows_and_one_value_tensors_numbers()
    {
        var table = Table.Of([new { Name = "a", Loss = tensor(0.5), Time = TimeSpan.FromMilliseconds(1.5) }]);
        Assert.Equal("Name  Loss    Time\na      0.5  1.5 ms", table.ToString());
    }

    [Fact]
    public void A_row_of_another_length_is_refused() =>
        Assert.Contains("Row 0 must have 2 values", Assert.Throws<ArgumentException>(() => new Table(["a", "b"], [[1]])).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_table_shows_its_headers() => Assert.Equal("a  b", new Table(["a", "b"], []).ToString());

    [Fact]
    public void NaN_stands_out_in_colour() =>
        Assert.Contains("color:#e0600a;font-weight:700\">NaN", new Table(["a"], [[double.NaN]]).ToHtml(), StringComparison.Ordinal);
}
