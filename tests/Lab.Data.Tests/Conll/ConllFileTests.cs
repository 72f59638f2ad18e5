using System.Text;
using Lab.Data.Conll;

namespace Lab.Data.Tests.Conll;

public sealed class ConllFileTests
{
    private const string Text = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n\nPeter NNP B-NP B-PER\nBlackburn NNP I-NP I-PER";

    [Fact]
    public void Sentences_are_separated_by_blank_lines_and_know_their_lines()
    {
        var sentences = ConllFile.Parse(Text);
        Assert.Equal([3, 7], sentences.Select(s => s.Line));
        Assert.Equal(["EU", "rejects"], sentences[0].Words);
        Assert.Equal(["B-PER", "I-PER"], sentences[1].Labels);
        Assert.Equal(["NNP", "VBZ"], sentences[0].Column(1));
    }

    [Fact]
    public void Tabs_and_windows_line_ends_are_read()
    {
        var sentence = Assert.Single(ConllFile.Parse("Anna\tB-PER\r\nsings\tO\r\n"));
        Assert.Equal(["Anna", "sings"], sentence.Words);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var folder = new TempFolder();
        var sentences = ConllFile.Parse(Text);
        ConllFile.Write(folder.File("a.txt"), sentences);
        var again = ConllFile.Read(folder.File("a.txt"));
        Assert.Equal(ConllFile.Format(sentences), ConllFile.Format(again));
        Assert.Equal(sentences.SelectMany(s => s.Column(2)), again.SelectMany(s => s.Column(2)));
    }

    [Fact]
    public void A_gzipped_file_is_read()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("a.txt.gz"), Gzip.Pack(Encoding.UTF8.GetBytes(Text)));
        Assert.Equal(2, ConllFile.Read(folder.File("a.txt.gz")).Count);
    }

    [Theory]
    [InlineData("Anna B-PER\nsings\n", "2: wanted a word and a label, got one column, 'sings'.")]
    [InlineData("Anna B-PER\n\nsings VB O\n", "3: wanted 2 columns, as before, got 3: 'sings VB O'.")]
    [InlineData("Anna PER\n", "1: wanted a label O, B-X, I-X, E-X or S-X in the last column, got 'PER'.")]
    [InlineData("Anna B-\n", "1: wanted a label O, B-X, I-X, E-X or S-X in the last column, got 'B-'.")]
    [InlineData("Anna b-PER\n", "1: wanted a label O, B-X, I-X, E-X or S-X in the last column, got 'b-PER'.")]
    public void A_wrong_line_is_named_with_what_is_wrong(string text, string message)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("a.txt"), text);
        var error = Assert.Throws<InvalidDataException>(() => ConllFile.Read(folder.File("a.txt")));
        Assert.Equal($"{folder.File("a.txt")}:{message}", error.Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_named_by_their_line()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("a.txt"), [.. "Anna B-PER\nZ"u8, 0xFC, .. "rich B-LOC\n"u8]);
        Assert.Contains(":2: wanted UTF-8", Assert.Throws<InvalidDataException>(() => ConllFile.Read(folder.File("a.txt"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_gzip_is_named()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("a.gz"), Gzip.Pack(Encoding.UTF8.GetBytes(Text))[..40]);
        Assert.Contains("damaged or cut off", Assert.Throws<InvalidDataException>(() => ConllFile.Read(folder.File("a.gz"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("New York")]
    [InlineData("")]
    public void A_word_with_white_space_cannot_be_written(string word) =>
        Assert.Throws<ArgumentException>(() => ConllFile.Format([ConllSentence.Of([word], ["O"])]));
}
