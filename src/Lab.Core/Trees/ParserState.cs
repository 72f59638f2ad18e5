namespace Lab.Core.Trees;

/// <summary>What a shift-reduce parser does next.</summary>
public enum Transition
{
    /// <summary>Puts the next word on the stack.</summary>
    Shift,

    /// <summary>Draws an arc to the left, and takes what it leads to off the stack.</summary>
    LeftArc,

    /// <summary>Draws an arc to the right, and takes what it leads to off the stack.</summary>
    RightArc,
}

/// <summary>Where a shift-reduce parser is: a stack, the words that are still to come, and the arcs drawn so far.</summary>
public sealed class ParserState
{
    private readonly List<int> stack = [0];
    private readonly int[] heads;

    /// <summary>Before the first word: the root is on the stack.</summary>
    /// <param name="words">How many words the sentence has.</param>
    /// <exception cref="ArgumentException">A negative number.</exception>
    public ParserState(int words)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(words);
        heads = new int[words];
        Array.Fill(heads, -1);
    }

    private ParserState(ParserState other)
    {
        (stack, heads, Next) = ([.. other.stack], [.. other.heads], other.Next);
    }

    /// <summary>Positions on the stack, the top last; 0 is the root.</summary>
    public IReadOnlyList<int> Stack => stack;

    /// <summary>The position of the next word; one more than there are words when none is left.</summary>
    public int Next { get; private set; } = 1;

    /// <summary>How many words the sentence has.</summary>
    public int Words => heads.Length;

    /// <summary>For each word the position of its head; -1 where it has none yet.</summary>
    public IReadOnlyList<int> Heads => heads;

    /// <summary>Whether words are left.</summary>
    public bool HasNext => Next <= Words;

    /// <summary>Whether all words have a head: only the root is left.</summary>
    public bool IsFinal => !HasNext && stack.Count == 1;

    /// <summary>Where to look to decide what comes next: positions of words, for <see cref="TransitionHead"/>.</summary>
    /// <param name="stack">How many of the stack, from the top down.</param>
    /// <param name="buffer">How many of those to come, from the next one on.</param>
    /// <returns>First those of the stack, then those to come; -1 where there are fewer.</returns>
    /// <exception cref="ArgumentException">A negative number.</exception>
    public int[] Places(int stack = 3, int buffer = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stack);
        ArgumentOutOfRangeException.ThrowIfNegative(buffer);
        return
        [
            .. Enumerable.Range(1, stack).Select(i => i <= this.stack.Count ? this.stack[^i] : -1),
            .. Enumerable.Range(Next, buffer).Select(place => place <= Words ? place : -1),
        ];
    }

    /// <summary>The same place, to go on from in another way.</summary>
    public ParserState Copy() => new(this);

    internal void Push() => stack.Add(Next++);

    /// <summary>Draws an arc to a word on the stack, counted from the top, and takes it off.</summary>
    internal void Attach(int fromTop, int head)
    {
        var at = stack.Count - 1 - fromTop;
        heads[stack[at] - 1] = head;
        stack.RemoveAt(at);
    }
}
