using System.Text;
using Lab.Data.Text;

namespace Lab.Data.Tests.Text;

public sealed class TsvPairsTests
{
    [Fact]
    public void A_line_is_a_pair()
    {
        var pairs = Read("3 May 1979\t1979-05-03\nÅr 1900\tx y\n");
        Assert.Equal([new("3 May 1979", "1979-05-03"), new("År 1900", "x y")], pairs);
    }

    [Fact]
    public void The_last_line_may_end_or_not_and_lines_may_end_as_on_Windows()
    {
        TextPair[] expected = [new("a", "b"), new("c", "d")];
        Assert.Equal(expected, Read("a\tb\nc\td"));
        Assert.Equal(expected, Read("\uFEFFa\tb\r\nc\td\r\n"));
    }

    [Theory]
    [InlineData("a\tb\nc\n", "line 2: wanted 2 columns with a tab between, got 1 (\"c\").")]
    [InlineData("a\tb\tc\n", "line 1: wanted 2 columns with a tab between, got 3.")]
    [InlineData("a\tb\n\nc\td\n", "line 2: wanted 2 columns with a tab between, got 1 (\"\").")]
    [InlineData("\tb\n", "line 1: wanted a source and a target, got an empty source.")]
    [InlineData("a\t\n", "line 1: wanted a source and a target, got an empty target.")]
    [InlineData("", "wanted at least one pair, got an empty file.")]
    public void A_line_that_is_no_pair_is_named(string text, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.EndsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("pairs.tsv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("pairs.tsv"), [65, 9, 0xFF, 10]);
        var error = Assert.Throws<InvalidDataException>(() => TsvPairs.Read(folder.File("pairs.tsv")));
        Assert.Contains("wanted UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        using var folder = new TempFolder();
        Assert.Contains("none.tsv", Assert.Throws<FileNotFoundException>(() => TsvPairs.Read(folder.File("none.tsv"))).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<TextPair> Read(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("pairs.tsv"), Encoding.UTF8.GetBytes(text));
        return TsvPairs.Read(folder.File("pairs.tsv"));
    }
}
