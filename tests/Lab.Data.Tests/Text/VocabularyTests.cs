using FsCheck.Xunit;
using Lab.Data.Text;

namespace Lab.Data.Tests.Text;

public sealed class VocabularyTests
{
    private static readonly Vocabulary letters = Vocabulary.OfCharacters(["banana", "cab"]);

    [Fact]
    public void Padding_start_and_end_come_first_then_symbols_in_order() =>
        Assert.Equal(["<pad>", "<s>", "</s>", "a", "b", "c", "n"], letters.Symbols);

    [Fact]
    public void Encoding_and_decoding_are_inverse() =>
        Assert.Equal("bacab", letters.Decode(letters.Encode("bacab")));

    [Fact]
    public void Decoding_stops_at_the_end_and_skips_padding() =>
        Assert.Equal("ab", letters.Decode([Vocabulary.Start, 3, Vocabulary.Padding, 4, Vocabulary.End, 5, 5]));

    [Property]
    public bool Any_text_of_its_own_characters_comes_back(string? text)
    {
        var own = text ?? "";
        return own.Length == 0 || Vocabulary.OfCharacters([own]) is var vocabulary && vocabulary.Decode(vocabulary.Encode(own)) == own;
    }

    [Fact]
    public void A_character_outside_is_named_with_its_place()
    {
        var error = Assert.Throws<ArgumentException>(() => letters.Encode("cat"));
        Assert.StartsWith("text must hold characters of the vocabulary (abcn), got 't' at position 2 of \"cat\".", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    public void A_number_outside_is_refused(long token) => Assert.Throws<ArgumentException>(() => letters.Decode([token]));

    [Fact]
    public void A_vocabulary_needs_symbols_that_are_not_taken()
    {
        Assert.Throws<ArgumentException>(() => new Vocabulary([]));
        Assert.Throws<ArgumentException>(() => new Vocabulary(["a", ""]));
        Assert.Throws<ArgumentException>(() => new Vocabulary(["</s>"]));
    }
}
