using Lab.Data.Conll;
using static TorchSharp.torch;

namespace Lab.Data.Tests.Conll;

public sealed class TagVocabularyTests
{
    private static readonly ConllSentence[] sentences =
    [
        ConllSentence.Of(["Anna", "sees", "Anna"], ["B-PER", "O", "B-PER"]),
        ConllSentence.Of(["Rome"], ["B-LOC"]),
    ];

    [Fact]
    public void Sentences_become_numbers_and_padding()
    {
        using var scope = NewDisposeScope();
        var vocabulary = new TagVocabulary(sentences);
        Assert.Equal(["O", "B-LOC", "B-PER"], vocabulary.Labels);
        Assert.Equal(5, vocabulary.Words);                                // padding, unknown, Anna, Rome, sees
        var batch = vocabulary.Encode([.. sentences, ConllSentence.Of(["Pia"], ["O"])]);
        Assert.Equal([2, 4, 2, 3, 0, 0, 1, 0, 0], batch.Words.data<long>().ToArray());
        Assert.Equal([2, 0, 2, 1, -100, -100, 0, -100, -100], batch.Tags.data<long>().ToArray());
        Assert.Equal([true, true, true, true, false, false, true, false, false], batch.Mask.data<bool>().ToArray());
        Assert.Equal(["B-PER", "O", "B-PER"], vocabulary.Decode(batch.Tags)[0]);
        Assert.Equal(["B-LOC"], vocabulary.Decode(batch.Tags)[1]);
    }

    [Fact]
    public void Rare_words_are_unknown_if_wanted()
    {
        var vocabulary = new TagVocabulary(sentences, least: 2);
        Assert.True(vocabulary.Knows("Anna"));
        Assert.False(vocabulary.Knows("Rome"));
        Assert.Equal(3, vocabulary.Words);
    }

    [Fact]
    public void A_label_that_was_not_in_training_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TagVocabulary(sentences).Encode([ConllSentence.Of(["x"], ["B-ORG"])]));
        Assert.Contains("got 'B-ORG'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TagVocabulary([]));
    }
}
