using Lab.Core.Trees;

namespace Lab.Core.Tests.Trees;

public sealed class AttachmentScoreTests
{
    [Fact]
    public void Heads_and_relations_are_counted_word_by_word()
    {
        var score = AttachmentScore.Of(
            [[2, 0, 2], [0]], [[2, 0, 1], [0]], [["a", "root", "b"], ["root"]], [["a", "x", "b"], ["root"]]);
        Assert.Equal((4, 3, 2, 3, 1, 2), (score.Words, score.RightHeads, score.RightBoth, score.RightRelations, score.ExactSentences, score.Sentences));
        Assert.Equal("UAS 75.0, LAS 50.0, 50.0 % of sentences exact", score.ToString());
    }

    [Fact]
    public void A_sentence_is_exact_by_its_heads_whatever_the_relations()
    {
        var score = AttachmentScore.Of([[2, 0]], [[2, 0]], [["a", "root"]], [["x", "root"]]);
        Assert.Equal((1, 0.5, 0.5, 1), (score.Unlabelled, score.Labelled, score.Relations, score.ExactMatch));
        var half = AttachmentScore.Of([[2, 0], [0]], [[0, 0], [0]], [["a", "root"], ["root"]], [["a", "root"], ["root"]]);
        Assert.Equal((2.0 / 3, 2.0 / 3, 1, 0.5), (half.Unlabelled, half.Labelled, half.Relations, half.ExactMatch));
    }

    [Fact]
    public void Without_words_nothing_is_wrong()
    {
        var none = AttachmentScore.Of([[0]], [[0]], [["a"]], [["b"]], [[true]]);
        Assert.Equal((1, 1, 1, 1), (none.Unlabelled, none.Labelled, none.Relations, none.ExactMatch));
        Assert.Equal(1, AttachmentScore.Of([], []).ExactMatch);
    }

    [Fact]
    public void What_is_ignored_counts_nowhere()
    {
        var score = AttachmentScore.Of([[2, 0, 2]], [[2, 0, 1]], ignored: [[false, false, true]]);
        Assert.Equal((2, 2, 1), (score.Words, score.RightHeads, score.ExactSentences));
        Assert.Equal(1, AttachmentScore.Of([[0]], [[2]], ignored: [[true]]).Unlabelled);
    }

    [Fact]
    public void Lists_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => AttachmentScore.Of([[0]], []));
        Assert.Throws<ArgumentException>(() => AttachmentScore.Of([[0]], [[0, 1]]));
        Assert.Throws<ArgumentException>(() => AttachmentScore.Of([[0]], [[0]], goldRelations: [["a"]]));
        Assert.Throws<ArgumentException>(() => AttachmentScore.Of([[0]], [[0]], [["a"]], [["a", "b"]]));
        Assert.Throws<ArgumentException>(() => AttachmentScore.Of([[0]], [[0]], ignored: [[]]));
    }
}
