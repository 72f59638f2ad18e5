namespace Lab.Core.Sequences.Decoding;

public sealed partial class TokenAutomaton
{
    /// <summary>Finds all states that can be reached from one, by trying every token in each.</summary>
    /// <param name="start">What is remembered before the first token.</param>
    /// <param name="step">Which token may follow where.</param>
    /// <param name="accepts">Whether a sequence may end in a state.</param>
    /// <param name="vocabularySize">V.</param>
    /// <param name="mostStates">More states than this are taken for a mistake: a counter without a bound.</param>
    /// <exception cref="ArgumentException">No sequence is accepted, more states than allowed, or no tokens.</exception>
    public static TokenAutomaton Explore<TState>(
        TState start, TokenStep<TState> step, Func<TState, bool> accepts, long vocabularySize, int mostStates = 1 << 16)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(accepts);
        if (vocabularySize is < 1 or > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(vocabularySize), vocabularySize, "Must be positive, and fit an int.");
        var states = new List<TState> { start };
        var numbers = new Dictionary<TState, int> { [start] = 0 };
        var next = new List<int>();
        for (var i = 0; i < states.Count; i++)
        {
            for (var token = 0L; token < vocabularySize; token++)
            {
                if (!step(states[i], token, out var then))
                {
                    next.Add(No);
                    continue;
                }
                if (!numbers.TryGetValue(then, out var number))
                {
                    if (states.Count == mostStates)
                        throw new ArgumentException($"step must lead to at most {mostStates} states, got more.", nameof(step));
                    numbers[then] = number = states.Count;
                    states.Add(then);
                }
                next.Add(number);
            }
        }
        return new([.. next], [.. states.Select(accepts)], (int)vocabularySize);
    }

    /// <summary>Just these sequences: the entries of a catalogue, all dates of a calendar.</summary>
    /// <exception cref="ArgumentException">No sequences, or tokens outside the vocabulary.</exception>
    public static TokenAutomaton OneOf(IEnumerable<IReadOnlyList<long>> sequences, long vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var branches = new Dictionary<(int Node, long Token), int>();     // a tree of prefixes; node 0 is its root
        var ends = new HashSet<int>();
        var nodes = 1;
        foreach (var sequence in sequences)
        {
            var node = 0;
            foreach (var token in sequence)
            {
                InVocabulary(token, vocabularySize, nameof(sequences));
                if (!branches.TryGetValue((node, token), out var then))
                    branches[(node, token)] = then = nodes++;
                node = then;
            }
            ends.Add(node);
        }
        return ends.Count == 0
            ? throw new ArgumentException("sequences must have at least one sequence, got none.", nameof(sequences))
            : Explore(0, (int node, long token, out int then) => branches.TryGetValue((node, token), out then), ends.Contains, vocabularySize, int.MaxValue);
    }

    /// <summary>For every position the tokens that may stand there: the digits and dashes of a date.</summary>
    /// <exception cref="ArgumentException">A position without tokens, or tokens outside the vocabulary.</exception>
    public static TokenAutomaton Positions(IReadOnlyList<IReadOnlyCollection<long>> positions, long vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(positions);
        var allowed = positions.Select(p => p.ToHashSet()).ToArray();
        for (var i = 0; i < allowed.Length; i++)
        {
            if (allowed[i].Count == 0)
                throw new ArgumentException($"positions must each have a token, got none at {i}.", nameof(positions));
            foreach (var token in allowed[i])
                InVocabulary(token, vocabularySize, nameof(positions));
        }
        return Explore(
            0,
            (int at, long token, out int then) =>
            {
                then = at + 1;
                return at < allowed.Length && allowed[at].Contains(token);
            },
            at => at == allowed.Length, vocabularySize);
    }

    /// <summary>Sequences whose brackets close in the order in which they opened, never deeper than a bound.</summary>
    /// <param name="pairs">Opening and closing tokens.</param>
    /// <param name="maxDepth">How many may be open at once.</param>
    /// <param name="others">Tokens that may stand anywhere.</param>
    /// <param name="vocabularySize">V.</param>
    /// <exception cref="ArgumentException">A depth below 0, or tokens outside the vocabulary.</exception>
    public static TokenAutomaton Balanced(
        IReadOnlyList<(long Open, long Close)> pairs, int maxDepth, IEnumerable<long> others, long vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentOutOfRangeException.ThrowIfNegative(maxDepth);
        var anywhere = others.ToHashSet();
        foreach (var token in pairs.SelectMany(p => new[] { p.Open, p.Close }).Concat(anywhere))
            InVocabulary(token, vocabularySize, pairs.Any(p => p.Open == token || p.Close == token) ? nameof(pairs) : nameof(others));
        return Explore(
            "",                                                           // the brackets that are open, one letter each
            (string open, long token, out string then) =>
            {
                then = open;
                for (var i = 0; i < pairs.Count; i++)
                {
                    if (token == pairs[i].Close && open.Length > 0 && open[^1] == i)
                        then = open[..^1];
                    else if (token == pairs[i].Open && open.Length < maxDepth)
                        then = open + (char)i;
                    else
                        continue;
                    return true;
                }
                return anywhere.Contains(token);
            },
            open => open.Length == 0, vocabularySize);
    }

    /// <summary>Sequences in which a phrase occurs: forced words. Several are joined by <see cref="And"/>.</summary>
    /// <exception cref="ArgumentException">An empty phrase, or tokens outside the vocabulary.</exception>
    public static TokenAutomaton Containing(IReadOnlyList<long> phrase, long vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        if (phrase.Count == 0)
            throw new ArgumentException("phrase must have at least one token, got none.", nameof(phrase));
        foreach (var token in phrase)
            InVocabulary(token, vocabularySize, nameof(phrase));
        return Explore(
            0,                                                            // how much of the phrase the last tokens are
            (int seen, long token, out int then) =>
            {
                then = seen == phrase.Count ? seen : Longest(phrase, seen, token);
                return true;
            },
            seen => seen == phrase.Count, vocabularySize);
    }

    /// <summary>Sequences without some tokens: padding, the start token, an unknown word.</summary>
    /// <exception cref="ArgumentException">Tokens outside the vocabulary.</exception>
    public static TokenAutomaton Without(IReadOnlyCollection<long> tokens, long vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        foreach (var token in tokens)
            InVocabulary(token, vocabularySize, nameof(tokens));
        return Explore(
            0,
            (int _, long token, out int then) =>
            {
                then = 0;
                return !tokens.Contains(token);
            },
            _ => true, vocabularySize);
    }

    /// <summary>The longest beginning of the phrase that ends with a token, after so many of its tokens.</summary>
    private static int Longest(IReadOnlyList<long> phrase, int seen, long token)
    {
        long[] last = [.. phrase.Take(seen), token];
        for (var length = last.Length; length > 0; length--)
            if (last.AsSpan(last.Length - length).SequenceEqual(phrase.Take(length).ToArray()))
                return length;
        return 0;
    }

    private static void InVocabulary(long token, long vocabularySize, string name)
    {
        if (token < 0 || token >= vocabularySize)
            throw new ArgumentOutOfRangeException(name, token, $"Must be in [0, {vocabularySize}).");
    }
}
