using Lab.Core.Trees;

namespace Lab.Core.Tests.Trees;

/// <summary>Counted by hand, as evalb's manual counts.</summary>
public sealed class BracketScoreTests
{
    private const string Attached = "(S (NP (PRP I)) (VP (VBD saw) (NP (NP (DT the) (NN man)) (PP (IN with) (NP (DT a) (NN hat))))) (. .))";
    private const string Flat = "(S (NP (PRP I)) (VP (VBD saw) (NP (DT the) (NN man)) (PP (IN with) (NP (DT a) (NN hat)))) (. .))";

    [Theory]
    [InlineData(Attached, Attached, 7, 7, 7)]
    [InlineData(Attached, Flat, 6, 7, 6)]                                    // S, NP, VP, NP, PP, NP of 7
    [InlineData("(TOP (S (NN dog)))", "(S (NN dog))", 1, 1, 1)]              // TOP is none
    [InlineData("(NP (NP (NN dog)))", "(NP (NN dog))", 1, 2, 1)]             // as often as they come
    [InlineData("(NP (NN dog))", "(NP (NP (NN dog)))", 1, 1, 2)]
    [InlineData("(S1 (S (NN dog)))", "(ROOT (S (NN dog)))", 1, 1, 1)]        // as TOP
    [InlineData("(S (`` a) (NP (NN b) ('' c)) (: d) (NP (NN e) (, f)))", "(S (`` a) (NP (NN b)) ('' c) (: d) (NP (NN e)) (, f))", 3, 3, 3)] // all marks
    [InlineData("(S (NP (NN a)) (. b))", "(S (NP (NN a) (NN b)))", 2, 2, 2)] // what a mark is, the right tree says
    [InlineData("(S (NP (NN a)) (NN b))", "(S (NP (NN a)) (. b))", 2, 2, 2)]
    [InlineData("(NP-SBJ-1 (NN dog))", "(NP (NN dog))", 1, 1, 1)]            // without functions
    [InlineData("(S (NP (NN dog)) (. .))", "(S (NP (NN dog) (. .)))", 2, 2, 2)] // where the full stop hangs is no matter
    [InlineData("(S (NP (, ,)) (NN dog))", "(S (, ,) (NN dog))", 1, 1, 1)]   // over punctuation alone there is no bracket
    [InlineData("(S (A a) (B b))", "(S (C a) (D b))", 1, 1, 1)]              // parts of speech are none
    public void Brackets_are_counted_as_evalb_does(string gold, string predicted, long matched, long right, long found)
    {
        var score = BracketScore.Of([ParseTree.Parse(gold)], [ParseTree.Parse(predicted)]);
        Assert.Equal((matched, right, found), (score.Matched, score.Gold, score.Predicted));
        Assert.Equal(2.0 * matched / (right + found), score.F1, 12);
        Assert.Equal(matched == right && matched == found ? 1 : 0, score.Exact);
    }

    [Fact]
    public void Counts_are_summed_over_sentences()
    {
        var score = BracketScore.Of([ParseTree.Parse(Attached), ParseTree.Parse(Flat)], [ParseTree.Parse(Flat), ParseTree.Parse(Flat)]);
        Assert.Equal((12, 13, 12, 1, 2), (score.Matched, score.Gold, score.Predicted, score.Exact, score.Sentences));
        Assert.Equal("F1 96.0 (precision 100.0, recall 92.3), 50.0 % exact", score.ToString());
    }

    [Fact]
    public void Where_no_bracket_is_nothing_is_wrong()
    {
        var (none, some) = (ParseTree.Parse("(TOP (NN dog))"), ParseTree.Parse("(S (NN dog))"));
        var (silent, noisy, empty) = (BracketScore.Of([some], [none]), BracketScore.Of([none], [some]), BracketScore.Of([none], [none]));
        Assert.Equal((1, 0, 0), (silent.Precision, silent.Recall, silent.F1));
        Assert.Equal((0, 1, 0), (noisy.Precision, noisy.Recall, noisy.F1));
        Assert.Equal((1, 1, 1, 1), (empty.Precision, empty.Recall, empty.F1, empty.ExactMatch));
        Assert.Equal(1, BracketScore.Of([], []).ExactMatch);
    }

    [Fact]
    public void Sentences_of_other_words_are_refused_by_number()
    {
        var (one, two) = (ParseTree.Parse("(S (NN dog))"), ParseTree.Parse("(S (NN dog) (NN dog))"));
        Assert.Contains("in pair 1, 1 were wanted, got 2", Assert.Throws<ArgumentException>(() => BracketScore.Of([one, one], [one, two])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BracketScore.Of([one], [ParseTree.Parse("(S (NN cat))")]));
        Assert.Throws<ArgumentException>(() => BracketScore.Of([one], []));
    }
}
