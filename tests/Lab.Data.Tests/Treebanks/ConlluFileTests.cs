using Lab.Data.Treebanks;

namespace Lab.Data.Tests.Treebanks;

public sealed class ConlluFileTests
{
    /// <summary>With comments, a multiword token and an empty node, as the format's own page shows them.</summary>
    private const string Text = """
        # sent_id = 1
        # text = vámonos al mar
        1-2	vámonos	_	_	_	_	_	_	_	_
        1	vamos	ir	VERB	_	_	0	root	_	_
        2	nos	nosotros	PRON	_	_	1	obj	_	_
        2.1	_	_	_	_	_	_	_	1:dep	CopyOf=1
        3-4	al	_	_	_	_	_	_	_	SpaceAfter=No
        3	a	a	ADP	_	_	5	case	_	_
        4	el	el	DET	_	_	5	det	_	_
        5	mar	mar	NOUN	_	_	1	obl	_	_

        1	Sí	sí	INTJ	_	_	0	root	_	_


        """;

    [Fact]
    public void What_is_read_is_written_again_byte_for_byte()
    {
        var text = Text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n\n";
        Assert.Equal(text, ConlluFile.Format(ConlluFile.Parse(text)));
    }

    [Fact]
    public void Words_heads_and_relations_leave_tokens_and_empty_nodes_out()
    {
        var sentence = ConlluFile.Parse(Text)[0];
        Assert.Equal(["vamos", "nos", "a", "el", "mar"], sentence.Forms);
        Assert.Equal([0, 1, 5, 5, 1], sentence.Heads);
        Assert.Equal(["root", "obj", "case", "det", "obl"], sentence.Relations);
        Assert.Equal(1, sentence.Line);
        var other = sentence.With([2, 0, 5, 5, 2], ["obj", "root", "case", "det", "obl"]);
        Assert.Equal([2, 0, 5, 5, 2], ConlluFile.Parse(ConlluFile.Format([other]))[0].Heads);
        Assert.Throws<ArgumentException>(() => sentence.With([0], ["root"]));
    }

    [Fact]
    public void Words_without_heads_are_read_and_say_so_when_asked() =>
        Assert.Throws<InvalidOperationException>(() => ConlluFile.Parse("1\tdog\t_\t_\t_\t_\t_\t_\t_\t_\n")[0].Heads);

    [Theory]
    [InlineData("1\tdog", "wanted 10 columns between tabs, got 2")]
    [InlineData("1\tdog\t\t_\t_\t_\t0\troot\t_\t_", "wanted something in each column (_ for nothing), got nothing in column 3")]
    [InlineData("2\tdog\t_\t_\t_\t_\t0\troot\t_\t_", "wanted word 1, got '2'")]
    [InlineData("1\tdog\t_\t_\t_\t_\t2\troot\t_\t_", "wanted a head in [0, 1] other than 1, got '2'")]
    [InlineData("1\tdog\t_\t_\t_\t_\t1\troot\t_\t_", "wanted a head in [0, 1] other than 1, got '1'")]
    [InlineData("1\tdog\t_\t_\t_\t_\t-1\troot\t_\t_", "got '-1'")]
    [InlineData("1-3\tdog\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdog\t_\t_\t_\t_\t0\troot\t_\t_", "within 1 words, got '1-3'")]
    [InlineData("0.2\tdog\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdog\t_\t_\t_\t_\t0\troot\t_\t_", "an empty node 0.1, got '0.2'")]
    [InlineData("0.1\tdog\t_\t_\t_\t_\t1\t_\t_\t_\n1\tdog\t_\t_\t_\t_\t0\troot\t_\t_", "wanted no head (_) for '0.1'")]
    [InlineData("0.1\tdog\t_\t_\t_\t_\t_\t_\t_\t_", "wanted at least one word in the sentence, got none")]
    public void A_wrong_line_is_named(string line, string message) =>
        Assert.StartsWith("some.conllu:3: ", Failure($"# one\n# two\n{line}\n", message), StringComparison.Ordinal);

    [Fact]
    public void A_comment_in_a_sentence_and_one_without_a_sentence_are_refused()
    {
        Assert.StartsWith("some.conllu:2:", Failure("1\tdog\t_\t_\t_\t_\t0\troot\t_\t_\n# late\n", "got a comment within a sentence"), StringComparison.Ordinal);
        Failure("# alone\n\n", "wanted a sentence after the comment, got the end");
    }

    [Fact]
    public void Heads_that_run_in_a_circle_are_refused() =>
        Failure("1\ta\t_\t_\t_\t_\t2\tx\t_\t_\n2\tb\t_\t_\t_\t_\t1\tx\t_\t_\n", "got heads that run in a circle");

    [Fact]
    public void What_could_not_be_read_again_is_not_written()
    {
        ConlluSentence Of(params ConlluRow[] rows) => new(rows, []);
        Assert.Throws<ArgumentException>(() => ConlluFile.Format([Of(new ConlluRow("1", "a\tb", Head: "0"))]));
        Assert.Throws<ArgumentException>(() => ConlluFile.Format([Of(new ConlluRow("1", "a", Head: "3"))]));
        Assert.Throws<ArgumentException>(() => ConlluFile.Format([new([new("1", "a", Head: "0")], ["no hash"])]));
    }

    private static string Failure(string text, string part)
    {
        var message = Assert.Throws<InvalidDataException>(() => ConlluFile.Parse(text, "some.conllu")).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        return message;
    }
}
