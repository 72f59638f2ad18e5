using Lab.Core.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Trees;

public sealed class CnfGrammarTests
{
    private static readonly ParseTree[] trees =
    [
        ParseTree.Parse("(S (NP (DT the) (NN dog)) (VP (VBD saw) (NP (DT the) (NN cat))))"),
        ParseTree.Parse("(S (NP (DT the) (NN cat)) (VP (VBD saw) (NP (NP (DT a) (NN dog)) (PP (IN in) (NP (DT the) (NN park))))))"),
        ParseTree.Parse("(S (NP (DT a) (NN dog)) (VP (VBD saw) (NP (DT the) (NN cat)) (PP (IN in) (NP (DT the) (NN park)))))"),
    ];

    [Fact]
    public void Probabilities_are_counts_over_counts()
    {
        var grammar = new CnfGrammar(trees);
        Assert.Equal(8.0 / 9, grammar.Probability("NP", "DT", "NN"), 12);
        Assert.Equal(1.0 / 9, grammar.Probability("NP", "NP", "PP"), 12);
        Assert.Equal(2.0 / 3, grammar.Probability("VP", "VBD", "NP"), 12);
        Assert.Equal(1.0 / 3, grammar.Probability("VP", "VBD", "@VP"), 12);
        Assert.Equal(6.0 / 8, grammar.Probability("DT", "the"), 12);
        Assert.Equal(0, grammar.Probability("DT", "dog"));
        Assert.Equal(0, grammar.Probability("XP", "DT", "NN"));
    }

    [Fact]
    public void What_each_label_is_over_has_probability_1()
    {
        var grammar = new CnfGrammar(trees);
        Assert.All(["S", "NP", "VP", "PP", "@VP"], label => Assert.Equal(1, grammar.RulesOf(label).Sum(rule => rule.Probability), 12));
    }

    [Fact]
    public void Rules_come_by_probability()
    {
        Assert.Equal(["DT NN", "NP PP"], new CnfGrammar(trees).RulesOf("NP").Select(rule => $"{rule.Left} {rule.Right}"));
        Assert.Equal(["VBD NP", "VBD @VP"], new CnfGrammar(trees).RulesOf("VP").Select(rule => $"{rule.Left} {rule.Right}"));
        Assert.Empty(new CnfGrammar(trees).RulesOf("XP"));
    }

    [Theory]
    [InlineData("cat", "<a>")]                                               // no ending of a short word
    [InlineData("cats", "<ats>")]
    [InlineData("Annabel", "<Ael>")]
    [InlineData("9-year", "<a9-ar>")]
    public void A_shape_is_capital_digits_hyphen_and_ending(string word, string shape) => Assert.Equal(shape, CnfGrammar.Shape(word));

    [Fact]
    public void A_shape_that_was_never_seen_may_be_anything()
    {
        var grammar = new CnfGrammar(trees);
        Assert.All(grammar.Labels.Names, label => Assert.Equal(1e-6, grammar.Probability(label, "Zanzibar-9"), 12));
    }

    [Fact]
    public void Words_that_are_rare_share_with_their_shape()
    {
        var grammar = new CnfGrammar([.. trees, ParseTree.Parse("(S (NP (NNP Annabel)) (VP (VBD slept)))")]);
        Assert.Equal(0.5, grammar.Probability("NP+NNP", "Annabel"), 12);
        Assert.Equal(0.5, grammar.Probability("NP+NNP", "Isabel"), 12);      // the same shape: a capital, then ...el
        Assert.Equal(0, grammar.Probability("DT", "Isabel"));
        Assert.Equal(grammar.Probability("DT", "xyzzy"), grammar.Probability("NN", "xyzzy"));
    }

    [Fact]
    public void The_log_partition_is_the_probability_of_the_sentence_and_the_best_tree_is_a_tree()
    {
        using var scope = NewDisposeScope();
        var grammar = new CnfGrammar(trees);
        string[] words = ["the", "dog", "saw", "a", "cat", "in", "the", "park"];
        var x = grammar.Scores([words, ["the", "dog", "saw", "the", "cat"]]);
        var best = TreeCrf.KBestTrees(x.Spans, 3, x.Rules, x.Root, x.Lengths);
        var both = best.Scores[0].narrow(0, 0, 2);
        Assert.True(best.Scores[0, 2].isneginf().ToBoolean());               // two readings, no third
        Assert.Equal(both.logsumexp(0).ToDouble(), TreeCrf.TreeLogPartition(x.Spans, x.Rules, x.Root, x.Lengths)[0].ToDouble(), 10);
        var read = grammar.Labels.Decode(best.Trees[0, 0], words);
        Assert.Equal(words, read.Words);

        // p(S) p(NP VP) p(DT NN) p(the) p(dog) ... by hand, for the shorter sentence
        var np = 8.0 / 9;
        var byHand = np * (6.0 / 8) * (3.0 / 8) * (2.0 / 3) * 1 * np * (6.0 / 8) * (3.0 / 8);
        Assert.Equal(Math.Log(byHand), TreeCrf.TreeLogPartition(x.Spans, x.Rules, x.Root, x.Lengths)[1].ToDouble(), 10);
    }

    [Fact]
    public void No_trees_and_no_words_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new CnfGrammar([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CnfGrammar(trees, rare: -1));
        Assert.Throws<ArgumentException>(() => new CnfGrammar(trees).Scores([]));
        Assert.Throws<ArgumentException>(() => new CnfGrammar(trees).Scores([[]]));
    }
}
