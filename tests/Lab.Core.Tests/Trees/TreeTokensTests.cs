using Lab.Core.Sequences;
using Lab.Core.Sequences.Decoding;
using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

public sealed class TreeTokensTests
{
    private static readonly TreeTokens tokens = new(["S", "NP", "VP"]);

    [Fact]
    public void What_is_written_is_read_again_with_parts_of_speech_left_out()
    {
        var tree = ParseTree.Parse("(S (NP (DT the) (NN dog)) (VP (VBD slept)))");
        Assert.Equal([0, 1, 4, 4, 3, 2, 4, 3, 3], tokens.Encode(tree));
        Assert.Equal("(S (NP (X the) (X dog)) (VP (X slept)))", tokens.Decode(tokens.Encode(tree), tree.Words).ToString());
        Assert.True(tokens.Constraint(3).Accepts(tokens.Encode(tree)));
        Assert.False(tokens.Constraint(4).Accepts(tokens.Encode(tree)));
    }

    [Fact]
    public void A_decoder_of_any_model_puts_out_trees_over_the_words()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        string[] words = ["a", "b", "c", "d"];
        var model = new Noise();
        using var start = new TensorState(zeros(8, 1));
        var options = new DecodingOptions(tokens.Eos, -1, 40) { Constraint = tokens.Constraint(words.Length) };
        using var generator = new Generator(5, CPU);
        var rows = Decode.Sample(model, start, zeros(8, dtype: ScalarType.Int64), options, generator);
        Assert.True(rows.Finished.all().ToBoolean());
        for (var row = 0; row < 8; row++)
        {
            var length = (int)rows.Lengths[row].ToInt64() - 1;               // without the end
            Assert.Equal(words, tokens.Decode(rows.Tokens[row].data<long>().ToArray()[..length], words).Words);
        }
    }

    [Theory]
    [InlineData("0 1 2 4 3 3 3", 3, 3, true)]
    [InlineData("0 1 2 4 3 3 3", 2, 3, false)]                               // three are open at once
    [InlineData("0 1 2 4 3 3 3", 3, 2, false)]                               // three are opened one directly after the other
    [InlineData("0 4 1 2 4 3 3 3", 3, 2, true)]
    public void Depth_and_chains_have_a_bound(string text, int depth, int unary, bool accepted)
    {
        long[] written = [.. text.Split(' ').Select(long.Parse)];
        var constraint = tokens.Constraint(written.Count(t => t == tokens.Word), depth, unary);
        Assert.Equal(accepted, constraint.Accepts(written));
    }

    [Fact]
    public void Fewer_words_than_there_are_make_no_tree() => Assert.Contains(
        "1 of 2 words", Assert.Throws<ArgumentException>(() => tokens.Decode([0, 4, 3], ["a", "b"])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("4", "outside all brackets")]
    [InlineData("0 3", "closes an empty constituent")]
    [InlineData("0 4 3 0", "goes on after the tree")]
    [InlineData("0 4", "ends with 1 brackets open")]
    [InlineData("0 4 4 3", "has more than 1 words")]
    [InlineData("0 9", "has token 9")]
    public void Tokens_that_are_no_tree_are_refused(string text, string reason) => Assert.Contains(
        reason, Assert.Throws<ArgumentException>(() => tokens.Decode([.. text.Split(' ').Select(long.Parse)], ["a"])).Message, StringComparison.Ordinal);

    [Fact]
    public void Labels_that_are_not_there_are_refused()
    {
        Assert.Throws<ArgumentException>(() => tokens.Encode(ParseTree.Parse("(PP (IN in))")));
        Assert.Throws<ArgumentException>(() => tokens.Encode(ParseTree.Parse("(IN in)")));
        Assert.Throws<ArgumentException>(() => new TreeTokens([]));
        Assert.Throws<ArgumentException>(() => new TreeTokens(["S", "S"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokens.Constraint(0));
    }

    /// <summary>A model that knows nothing.</summary>
    private sealed class Noise : IDecoderModel
    {
        public DecoderStep Step(Tensor tokens, IDecoderState state) =>
            new(randn(tokens.size(0), TreeTokensTests.tokens.VocabularySize), new TensorState(zeros(tokens.size(0), 1)));
    }
}
