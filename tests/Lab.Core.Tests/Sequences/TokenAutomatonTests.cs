using Lab.Core.Sequences.Decoding;

namespace Lab.Core.Tests.Sequences;

public sealed class TokenAutomatonTests
{
    private const int Tokens = 4;

    /// <summary>All sequences of up to five tokens.</summary>
    private static readonly long[][] all = [.. Enumerable.Range(0, 6).SelectMany(Sequences)];

    [Fact]
    public void Balanced_takes_just_the_sequences_whose_brackets_match() => Same(
        TokenAutomaton.Balanced([(0, 1), (2, 3)], 2, [], Tokens), s =>
        {
            var (open, deepest) = (new Stack<long>(), 0);
            foreach (var token in s)
            {
                if (token is 0 or 2)
                    open.Push(token);
                else if (!open.TryPop(out var last) || last != token - 1)
                    return false;
                deepest = Math.Max(deepest, open.Count);
            }
            return open.Count == 0 && deepest <= 2;
        });

    [Fact]
    public void Containing_finds_a_phrase_that_overlaps_itself() => Same(
        TokenAutomaton.Containing([1, 2, 1], Tokens), s => string.Concat(s).Contains("121", StringComparison.Ordinal));

    [Fact]
    public void And_takes_what_both_take() => Same(
        TokenAutomaton.Containing([1], Tokens).And(TokenAutomaton.Containing([2, 3], Tokens)).And(TokenAutomaton.Without([0], Tokens)),
        s => s.Contains(1) && string.Concat(s).Contains("23", StringComparison.Ordinal) && !s.Contains(0));

    [Fact]
    public void One_of_takes_just_those_listed() => Same(
        TokenAutomaton.OneOf([[1, 2], [1, 2, 3], [], [0]], Tokens), s => string.Concat(s) is "12" or "123" or "" or "0");

    [Fact]
    public void Positions_takes_one_token_of_each() => Same(
        TokenAutomaton.Positions([[0, 1], [2], [0, 3]], Tokens), s => s.Length == 3 && s[0] < 2 && s[1] == 2 && s[2] is 0 or 3);

    [Fact]
    public void Explore_takes_what_its_function_says() => Same(
        TokenAutomaton.Explore(0L, (long sum, long token, out long then) => (then = sum + token) <= 6, sum => sum == 6, Tokens), s => s.Sum() == 6);

    [Fact]
    public void The_shortest_length_is_known()
    {
        Assert.Equal(0, TokenAutomaton.Without([1], Tokens).ShortestLength);
        Assert.Equal(5, TokenAutomaton.Containing([1, 2, 1], Tokens).And(TokenAutomaton.Containing([2, 1, 2], Tokens)).And(TokenAutomaton.Containing([3], Tokens)).ShortestLength);
        Assert.Equal(3, TokenAutomaton.Positions([[0], [1], [2]], Tokens).ShortestLength);
    }

    [Fact]
    public void Tokens_outside_the_vocabulary_are_not_accepted_and_cannot_be_asked_for()
    {
        Assert.False(TokenAutomaton.Without([], Tokens).Accepts([4]));
        Assert.False(TokenAutomaton.Without([], Tokens).Accepts([-1]));
        Assert.Equal("tokens", Assert.Throws<ArgumentOutOfRangeException>(() => TokenAutomaton.Without([4], Tokens)).ParamName);
        Assert.Equal("phrase", Assert.Throws<ArgumentOutOfRangeException>(() => TokenAutomaton.Containing([-1], Tokens)).ParamName);
        Assert.Equal("phrase", Assert.Throws<ArgumentException>(() => TokenAutomaton.Containing([], Tokens)).ParamName);
        Assert.Equal("positions", Assert.Throws<ArgumentException>(() => TokenAutomaton.Positions([[1], []], Tokens)).ParamName);
        Assert.Equal("sequences", Assert.Throws<ArgumentException>(() => TokenAutomaton.OneOf([], Tokens)).ParamName);
        Assert.Equal("pairs", Assert.Throws<ArgumentOutOfRangeException>(() => TokenAutomaton.Balanced([(0, 4)], 1, [], Tokens)).ParamName);
    }

    [Fact]
    public void An_automaton_that_accepts_nothing_or_counts_without_end_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TokenAutomaton.Containing([1], Tokens).And(TokenAutomaton.Without([1], Tokens)));
        Assert.Equal("step", Assert.Throws<ArgumentException>(() => TokenAutomaton.Explore(
            0L, (long n, long _, out long then) => (then = n + 1) > 0, _ => true, Tokens, mostStates: 100)).ParamName);
    }

    private static void Same(TokenAutomaton automaton, Func<long[], bool> legal) =>
        Assert.All(all, s => Assert.True(legal(s) == automaton.Accepts(s), $"[{string.Join(", ", s)}] is {(legal(s) ? "" : "not ")}legal."));

    private static IEnumerable<long[]> Sequences(int length) => length == 0
        ? [[]]
        : Sequences(length - 1).SelectMany(s => Enumerable.Range(0, Tokens).Select(v => (long[])[.. s, v]));
}
