using FsCheck.Xunit;
using Lab.Core.Trees;
using Lab.Data.Treebanks;

namespace Lab.Data.Tests.Treebanks;

public sealed class PennFileTests
{
    [Property(Arbitrary = [typeof(AnyTree)], MaxTest = 60)]
    public void What_is_written_is_read_again(ParseTree[] trees)
    {
        using var folder = new TempFolder();
        PennFile.Write(folder.File("some.mrg"), trees);
        Assert.Equal(trees.Select(t => t.ToString()), PennFile.Read(folder.File("some.mrg")).Select(t => t.ToString()));
    }

    [Fact]
    public void Trees_over_many_lines_and_in_a_bracket_without_a_label_are_read()
    {
        var trees = PennFile.Parse("( (S (NP (DT The) (NN dog))\n     (VP (VBD slept))\n  ) )\n\n(FRAG (NN Rain))");
        Assert.Equal(["(S (NP (DT The) (NN dog)) (VP (VBD slept)))", "(FRAG (NN Rain))"], trees.Select(t => t.ToString()));
    }

    [Theory]
    [InlineData("(S (NN dog))\n(S (NN cat)", "some.mrg:2: At 24: wanted ')' for the bracket that opens at 13, got the end. (The tree begins in line 2.)")]
    [InlineData("(S (NN dog)))", "some.mrg:1: At 12: wanted '(', got ')'. (The tree begins in line 1.)")]
    [InlineData("(S\n())", "some.mrg:2: At 4: wanted a label, got '))'. (The tree begins in line 1.)")]
    [InlineData("(S )", "some.mrg:1: At 3: wanted a word or a constituent under S, got ')'. (The tree begins in line 1.)")]
    [InlineData("(NN two words)", "some.mrg:1: At 8: wanted ')' for the bracket that opens at 0, got 'words)'. (The tree begins in line 1.)")]
    [InlineData("dog", "some.mrg:1: At 0: wanted '(', got 'dog'. (The tree begins in line 1.)")]
    [InlineData("((NN a) (NN b))", "some.mrg:1: At 0: wanted one tree in a bracket without a label, got 2. (The tree begins in line 1.)")]
    [InlineData("(S ((NN a)))", "some.mrg:1: At 4: wanted a label, got '(NN a)))'. (The tree begins in line 1.)")]
    public void A_wrong_bracket_is_named_by_file_line_and_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => PennFile.Parse(text, "some.mrg")).Message);

    [Fact]
    public void Bytes_that_are_no_text_are_named_by_line()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("some.mrg"), [.. "(S (NN dog))\n(S (NN "u8, 0xE9, .. "))"u8]);
        Assert.Contains("some.mrg:2: wanted UTF-8", Assert.Throws<InvalidDataException>(() => PennFile.Read(folder.File("some.mrg"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_indices_and_empty_elements_are_taken_away_on_request()
    {
        var tree = ParseTree.Parse("(S (NP-SBJ-1 (-NONE- *T*-2)) (VP (VBD slept) (-LRB- -LRB-)) (. .))");
        Assert.Equal("(S (VP (VBD slept) (-LRB- -LRB-)) (. .))", tree.Plain()!.ToString());
        Assert.Null(ParseTree.Parse("(NP (-NONE- *))").Plain());
    }
}
