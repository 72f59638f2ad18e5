using Lab.Core.Sequences;
using TorchSharp;

namespace Lab.Core.Tests.Sequences;

public sealed class TagConstraintsTests
{
    private static readonly string[] bio = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];
    private static readonly string[] bioes = ["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "E-Y"];

    [Theory]
    [InlineData("O O", true)]
    [InlineData("B-PER I-PER I-PER O", true)]
    [InlineData("B-PER B-PER", true)]
    [InlineData("B-PER B-LOC I-LOC", true)]
    [InlineData("I-PER", false)]
    [InlineData("O I-PER", false)]
    [InlineData("B-LOC I-PER", false)]
    [InlineData("B-PER I-PER I-LOC", false)]
    public void Bio_lets_an_inside_follow_its_own_type_alone(string labels, bool allowed) =>
        Assert.Equal(allowed, TagConstraints.Bio(bio).Allow(Numbers(labels, bio)));

    [Theory]
    [InlineData("S-X O B-X E-X", true)]
    [InlineData("B-X I-X I-X E-X S-X", true)]
    [InlineData("B-Y E-Y B-X E-X", true)]
    [InlineData("B-X", false)]                            // never ends
    [InlineData("B-X I-X", false)]
    [InlineData("B-X O", false)]
    [InlineData("B-X S-X", false)]
    [InlineData("B-X B-X E-X", false)]
    [InlineData("B-X E-Y", false)]
    [InlineData("E-X", false)]
    [InlineData("O I-X E-X", false)]
    [InlineData("S-X E-X", false)]
    public void Bioes_lets_nothing_stay_open(string labels, bool allowed) =>
        Assert.Equal(allowed, TagConstraints.Bioes(bioes).Allow(Numbers(labels, bioes)));

    [Fact]
    public void Masks_are_the_negation_of_what_may_be()
    {
        var constraints = TagConstraints.Bioes(bioes);
        var (transitions, start, end) = constraints.Forbidden();
        for (var i = 0; i < bioes.Length; i++)
        {
            Assert.Equal(!constraints.MayStart(i), start[i].ToBoolean());
            Assert.Equal(!constraints.MayEnd(i), end[i].ToBoolean());
            for (var j = 0; j < bioes.Length; j++)
                Assert.Equal(!constraints.MayFollow(i, j), transitions[i, j].ToBoolean());
        }
    }

    [Fact]
    public void An_empty_sequence_keeps_to_everything() => Assert.True(TagConstraints.Bio(bio).Allow([]));

    [Theory]
    [InlineData("O PER", "labels must be O or one of B-X, I-X, got 'PER'")]
    [InlineData("O E-PER", "labels must be O or one of B-X, I-X, got 'E-PER'")]
    [InlineData("O B-", "got 'B-'")]
    [InlineData("O B-PER B-PER", "got 'B-PER' 2 times")]
    [InlineData("O I-PER", "labels must hold B-PER beside I-PER, got O, I-PER")]
    public void Labels_that_make_no_scheme_are_refused(string labels, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => TagConstraints.Bio(labels.Split(' '))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_beginning_without_an_end_is_refused() =>
        Assert.Contains("must hold E-X beside B-X", Assert.Throws<ArgumentException>(() => TagConstraints.Bioes(["O", "B-X"])).Message, StringComparison.Ordinal);

    private static long[] Numbers(string labels, string[] of) => [.. labels.Split(' ').Select(label => (long)Array.IndexOf(of, label))];
}
