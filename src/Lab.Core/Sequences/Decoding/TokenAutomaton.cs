namespace Lab.Core.Sequences.Decoding;

/// <summary>Says whether a token may follow in a state, and which state comes then.</summary>
/// <typeparam name="TState">What the automaton remembers of the tokens so far; compared by value.</typeparam>
public delegate bool TokenStep<TState>(TState state, long token, out TState next);

/// <summary>
/// A finite automaton over tokens: which sequences are legal. Every strategy takes one as a constraint, and then puts out legal
/// sequences only.
/// </summary>
/// <remarks>
/// <para>The automaton reads tokens, not EOS: EOS is legal where the automaton accepts what it has read. It also knows how many
/// more tokens each state needs, so that a strategy never walks into a state from which it could not end in time.</para>
/// <para>Its table has one entry for every state and token.</para>
/// </remarks>
public sealed partial class TokenAutomaton
{
    internal const int No = -1;
    internal const int Never = int.MaxValue / 2;

    private TokenAutomaton(int[] next, bool[] accepting, int vocabulary)
    {
        (Next, Accepting, VocabularySize) = (next, accepting, vocabulary);
        Distance = FewestTokens();
        if (Distance[0] == Never)
            throw new ArgumentException("The automaton must accept at least one sequence, got one that accepts none.", nameof(accepting));
    }

    /// <summary>How many states there are; the first is where every sequence starts.</summary>
    public int States => Accepting.Length;

    /// <summary>V, how many tokens there are.</summary>
    public int VocabularySize { get; }

    /// <summary>The length of the shortest legal sequence, EOS not counted.</summary>
    public int ShortestLength => Distance[0];

    /// <summary>[States · V]: the state after a token, or No.</summary>
    internal int[] Next { get; }

    internal bool[] Accepting { get; }

    /// <summary>[States]: how many tokens it takes at least to get to an accepting state.</summary>
    internal int[] Distance { get; }

    /// <summary>Whether a sequence is legal.</summary>
    /// <param name="tokens">Its tokens, without EOS.</param>
    public bool Accepts(IEnumerable<long> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var state = 0;
        foreach (var token in tokens)
        {
            if (token < 0 || token >= VocabularySize || (state = Next[state * VocabularySize + (int)token]) == No)
                return false;
        }
        return Accepting[state];
    }

    /// <summary>The automaton of the sequences that are legal for both.</summary>
    /// <exception cref="ArgumentException">Another vocabulary, or no sequence is legal for both.</exception>
    public TokenAutomaton And(TokenAutomaton other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.VocabularySize != VocabularySize)
            throw new ArgumentException($"other must have {VocabularySize} tokens, got {other.VocabularySize}.", nameof(other));
        return Explore(
            (Left: 0, Right: 0),
            ((int Left, int Right) at, long token, out (int Left, int Right) then) =>
            {
                then = (Next[at.Left * VocabularySize + (int)token], other.Next[at.Right * VocabularySize + (int)token]);
                return then.Left != No && then.Right != No;
            },
            at => Accepting[at.Left] && other.Accepting[at.Right],
            VocabularySize);
    }

    /// <summary>How far each state is from acceptance: backwards from the accepting states, one token a round.</summary>
    private int[] FewestTokens()
    {
        var distance = Array.ConvertAll(Accepting, accepts => accepts ? 0 : Never);
        var before = new List<int>[States];
        for (var i = 0; i < Next.Length; i++)
            if (Next[i] != No)
                (before[Next[i]] ??= []).Add(i / VocabularySize);
        var reached = new Queue<int>(Enumerable.Range(0, States).Where(s => Accepting[s]));
        while (reached.TryDequeue(out var state))
        {
            foreach (var earlier in before[state] ?? [])
            {
                if (distance[earlier] <= distance[state] + 1)
                    continue;
                distance[earlier] = distance[state] + 1;
                reached.Enqueue(earlier);
            }
        }
        return distance;
    }
}
