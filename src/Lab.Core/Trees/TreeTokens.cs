using Lab.Core.Sequences.Decoding;

namespace Lab.Core.Trees;

/// <summary>Trees as sequences of tokens, for decoders that write one token after another: <c>(S (NP w w) (VP w))</c>.</summary>
/// <remarks>
/// <para>Tokens: one that opens for each label, one that closes, and one that stands for the next word (the words are known; that each comes once and in
/// order is then no question). With <see cref="Constraint"/> a decoder cannot put out anything but a tree over so many words.</para>
/// <para>Source: Vinyals et al. 2015, "Grammar as a foreign language"; Dyer et al. 2016.</para>
/// </remarks>
public sealed class TreeTokens
{
    private readonly Dictionary<string, long> opening;

    /// <summary>Tokens for trees with these labels.</summary>
    /// <exception cref="ArgumentException">No labels, or one twice.</exception>
    public TreeTokens(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0 || labels.Distinct().Count() != labels.Count)
            throw new ArgumentException($"labels must be at least one, and different, got {string.Join(", ", labels)}.", nameof(labels));
        Labels = [.. labels];
        opening = Labels.Select((label, i) => (label, i)).ToDictionary(p => p.label, p => (long)p.i);
    }

    /// <summary>The labels; their places are the tokens that open them.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The token that closes what was opened last.</summary>
    public long Close => Labels.Count;

    /// <summary>The token that stands for the next word.</summary>
    public long Word => Labels.Count + 1;

    /// <summary>The token that ends the sequence.</summary>
    public long Eos => Labels.Count + 2;

    /// <summary>V, how many tokens there are.</summary>
    public int VocabularySize => Labels.Count + 3;

    /// <summary>A tree's tokens, without the one that ends it. Parts of speech are left out: words stand under their constituents.</summary>
    /// <exception cref="ArgumentException">A label that is not among these, or a tree that is one word.</exception>
    public IReadOnlyList<long> Encode(ParseTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        if (tree.IsPreterminal)
            throw new ArgumentException($"tree must have a constituent around its word, got {tree}.", nameof(tree));
        return [.. Tokens(tree)];
    }

    /// <summary>The tree that tokens stand for, with these words; parts of speech are all "X".</summary>
    /// <exception cref="ArgumentException">Tokens that are no tree over so many words.</exception>
    public ParseTree Decode(IReadOnlyList<long> tokens, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(words);
        var (open, next, done) = (new Stack<(string Label, List<ParseTree> Parts)>(), 0, (ParseTree?)null);
        foreach (var token in tokens)
        {
            if (done is not null)
                throw Wrong("goes on after the tree");
            if (token >= 0 && token < Labels.Count)
                open.Push((Labels[(int)token], []));
            else if (open.Count == 0)
                throw Wrong($"has token {token} outside all brackets");
            else if (token == Word && next < words.Count)
                open.Peek().Parts.Add(new("X", words[next++]));
            else if (token == Close && open.Peek().Parts.Count > 0)
            {
                var (label, parts) = open.Pop();
                var node = new ParseTree(label, parts);
                if (open.Count > 0)
                    open.Peek().Parts.Add(node);
                else
                    done = node;
            }
            else
                throw Wrong(token == Word ? $"has more than {words.Count} words" : token == Close ? "closes an empty constituent" : $"has token {token}");
        }
        return next == words.Count && done is not null ? done : throw Wrong($"ends with {open.Count} brackets open and {next} of {words.Count} words");

        ArgumentException Wrong(string what) => new($"tokens must be a tree over {words.Count} words, got a sequence that {what}.", nameof(tokens));
    }

    /// <summary>The automaton of all trees over so many words.</summary>
    /// <param name="words">How many words, at least 1.</param>
    /// <param name="maxDepth">How many constituents may be open at once, at least 1.</param>
    /// <param name="mostUnary">How many may open one directly after the other: without a bound, trees would have no greatest length.</param>
    /// <exception cref="ArgumentException">A number below 1.</exception>
    /// <remarks>Only the number of open constituents is remembered, since there is one token that closes them all.</remarks>
    public TokenAutomaton Constraint(int words, int maxDepth = 12, int mostUnary = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(words, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostUnary, 1);
        return TokenAutomaton.Explore(
            new State(0, words, 0, false),
            (State at, long token, out State then) =>
            {
                then = at;
                if (token < Labels.Count)
                {
                    then = at with { Open = at.Open + 1, Run = at.Run + 1 };
                    return at.Left > 0 && at.Open < maxDepth && at.Run < mostUnary && !at.Done;
                }
                if (token == Word)
                {
                    then = at with { Left = at.Left - 1, Run = 0 };
                    return at.Left > 0 && at.Open > 0;
                }
                then = at with { Open = at.Open - 1, Done = at.Open == 1 };
                // What was opened last must hold something, and the last bracket waits for the last word.
                return token == Close && at.Open > 0 && at.Run == 0 && (at.Open > 1 || at.Left == 0);
            },
            at => at.Done, VocabularySize);
    }

    private IEnumerable<long> Tokens(ParseTree tree)
    {
        if (tree.IsPreterminal)
            return [Word];
        if (!opening.TryGetValue(tree.Label, out var open))
            throw new ArgumentException($"tree must have labels among {string.Join(", ", Labels)}, got {tree.Label}.", nameof(tree));
        return [open, .. tree.Children.SelectMany(Tokens), Close];
    }

    private readonly record struct State(int Open, int Left, int Run, bool Done);
}
