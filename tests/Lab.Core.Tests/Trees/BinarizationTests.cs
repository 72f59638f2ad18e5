using Lab.Core.Trees;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

public sealed class BinarizationTests
{
    [Theory]
    [InlineData("(S (NP (DT the) (NN dog)) (VP (VBD gave) (NP (PRP us)) (NP (NN bread)) (PP (IN in) (NP (NNP May)))) (. .))")]
    [InlineData("(NP (NP (NP (NN dog))))")]
    [InlineData("(NN dog)")]
    [InlineData("(TOP (S (NP (NNP Ann)) (VP (VBD slept))))")]
    public void Undoing_it_gives_the_tree_again(string text)
    {
        var tree = ParseTree.Parse(text);
        var binary = Binarization.Apply(tree);
        Assert.Equal(text, Binarization.Undo(binary).ToString());
        Assert.Equal((2 * tree.Words.Count) - 1, binary.Constituents.Count());
        Assert.All(binary.Constituents, c => Assert.Equal(c.IsPreterminal ? 0 : 2, c.Children.Count));

        var labels = new SpanLabels([tree]);
        using var scope = NewDisposeScope();
        Assert.Equal(text, labels.Decode(labels.Encode([tree])[0], tree.Words).ToString());
    }

    [Fact]
    public void Trees_of_any_shape_come_back()
    {
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var tree = Any(random, random.Next(5));
            Assert.Equal(tree.ToString(), Binarization.Undo(Binarization.Apply(tree)).ToString());
        }
    }

    [Theory]
    [InlineData("(S (A a) (B b) (C c) (D d))", "(S (A a) (@S (B b) (@S (C c) (D d))))")]
    [InlineData("(S (VP (A a) (B b) (C c)))", "(S+VP (A a) (@VP (B b) (C c)))")]              // a new one knows its parent alone, not the chain
    [InlineData("(X (Y (Z (A a) (B b))))", "(X+Y+Z (A a) (B b))")]
    [InlineData("(S (NP (NN (A a))) (B b))", "(S (NP+NN+A a) (B b))")]
    public void Chains_branch_to_the_right_and_single_parts_are_joined(string tree, string binary)
    {
        Assert.Equal(binary, Binarization.Apply(ParseTree.Parse(tree)).ToString());
        Assert.Equal(tree, Binarization.Undo(ParseTree.Parse(binary)).ToString());
    }

    [Fact]
    public void A_word_with_the_label_of_a_new_constituent_is_not_lost() =>
        Assert.Equal("(S (NN a) (B b))", Binarization.Undo(ParseTree.Parse("(S (@NN a) (B b))")).ToString());

    [Fact]
    public void A_new_constituent_at_the_top_takes_the_label_it_is_named_after() =>
        Assert.Equal("(NP (DT the) (NN dog))", Binarization.Undo(ParseTree.Parse("(@NP (DT the) (NN dog))")).ToString());

    [Theory]
    [InlineData("(@S (NN dog))")]
    [InlineData("(S (N+N dog))")]
    public void Labels_that_would_be_misread_are_refused(string tree) =>
        Assert.Throws<ArgumentException>(() => Binarization.Apply(ParseTree.Parse(tree)));

    [Fact]
    public void Words_that_are_no_tree_are_refused()
    {
        using var scope = NewDisposeScope();
        var labels = new SpanLabels([ParseTree.Parse("(S (A a) (B b))")]);
        Assert.Throws<ArgumentException>(() => labels.Encode([ParseTree.Parse("(X (A a) (B b))")]));
        Assert.Throws<ArgumentException>(() => labels.Encode([]));
        Assert.Throws<ArgumentException>(() => labels.Decode(full([2, 2], -1, ScalarType.Int64), ["a", "b"]));
        Assert.Throws<ArgumentException>(() => labels.Decode(zeros([2, 2], ScalarType.Int64), ["a", "b", "c"]));
    }

    internal static ParseTree Any(Random random, int depth) => depth == 0
        ? new("N", $"w{random.Next(3)}")
        : new($"X{random.Next(3)}", [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Any(random, random.Next(depth)))]);
}
