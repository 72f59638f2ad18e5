namespace Lab.Core.Trees;

/// <summary>The rules of a shift-reduce parser: what each transition does, and when it is allowed.</summary>
/// <remarks>
/// Both systems reach every projective tree and no other, in 2n transitions for n words. Words may hang on the root as many as there
/// are. Source: Nivre 2008; Kuhlmann, Gómez-Rodríguez and Satta 2011.
/// </remarks>
public abstract class TransitionSystem
{
    /// <summary>Arcs between the two topmost of the stack.</summary>
    public static ArcStandard ArcStandard { get; } = new();

    /// <summary>Left arcs from the next word to the top of the stack, right arcs between the two topmost.</summary>
    public static ArcHybrid ArcHybrid { get; } = new();

    /// <summary>How many kinds of transitions there are.</summary>
    public const int Kinds = 3;

    /// <summary>Whether a transition may come next.</summary>
    public abstract bool Allows(ParserState state, Transition transition);

    /// <summary>Which transitions may come next, by their numbers: a mask for the scores of a network. False everywhere at the end alone.</summary>
    public bool[] Legal(ParserState state) => [.. Enumerable.Range(0, Kinds).Select(t => Allows(state, (Transition)t))];

    /// <summary>Makes a transition.</summary>
    /// <exception cref="InvalidOperationException">It is not allowed.</exception>
    public void Apply(ParserState state, Transition transition)
    {
        if (!Allows(state, transition))
            throw new InvalidOperationException(
                $"{transition} is not allowed with [{string.Join(", ", state.Stack)}] on the stack and {state.Words - state.Next + 1} words to come.");
        Make(state, transition);
    }

    /// <summary>The heads that come of transitions.</summary>
    /// <param name="words">How many words the sentence has.</param>
    /// <param name="choose">Chooses one of those allowed.</param>
    /// <exception cref="InvalidOperationException">One was chosen that is not allowed.</exception>
    public IReadOnlyList<int> Parse(int words, Func<ParserState, Transition> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        var state = new ParserState(words);
        while (!state.IsFinal)
            Apply(state, choose(state));
        return state.Heads;
    }

    private protected abstract void Make(ParserState state, Transition transition);

    private protected static int FromTop(ParserState state, int place) => state.Stack[state.Stack.Count - 1 - place];

    private protected static void Gold(ParserState state, IReadOnlyList<int> gold)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(gold);
        if (gold.Count != state.Words)
            throw new ArgumentException($"gold must have a head for each of {state.Words} words, got {gold.Count}.", nameof(gold));
        if (!HeadTree.IsTree(gold) || !HeadTree.IsProjective(gold))
            throw new ArgumentException($"gold must be a projective tree, got heads {string.Join(' ', gold)}.", nameof(gold));
    }
}

/// <summary>Arc-standard: words are joined bottom up, when both are on the stack.</summary>
public sealed class ArcStandard : TransitionSystem
{
    /// <inheritdoc/>
    public override bool Allows(ParserState state, Transition transition)
    {
        ArgumentNullException.ThrowIfNull(state);
        return transition switch
        {
            Transition.Shift => state.HasNext,
            Transition.LeftArc => state.Stack.Count > 2,                  // the root hangs on nothing
            _ => state.Stack.Count > 1,
        };
    }

    /// <summary>The transition that leads to a tree: the static oracle.</summary>
    /// <param name="state">A state on the way to it.</param>
    /// <param name="gold">For each word the position of its head: a projective tree.</param>
    /// <returns>A left arc where it is right, else a right arc where that is right and nothing more is to hang on its end, else a shift.</returns>
    /// <exception cref="ArgumentException">Heads that make no projective tree, or a state that is not on the way to it.</exception>
    public Transition Oracle(ParserState state, IReadOnlyList<int> gold)
    {
        Gold(state, gold);
        if (Allows(state, Transition.LeftArc) && gold[FromTop(state, 1) - 1] == FromTop(state, 0))
            return Transition.LeftArc;
        if (Allows(state, Transition.RightArc) && gold[FromTop(state, 0) - 1] == FromTop(state, 1)
            && !Enumerable.Range(1, state.Words).Any(word => gold[word - 1] == FromTop(state, 0) && state.Heads[word - 1] < 0))
            return Transition.RightArc;
        return state.HasNext
            ? Transition.Shift
            : throw new ArgumentException("state must be on the way to the tree, got one from which it cannot be reached.", nameof(state));
    }

    private protected override void Make(ParserState state, Transition transition)
    {
        if (transition == Transition.Shift)
            state.Push();
        else if (transition == Transition.LeftArc)
            state.Attach(1, FromTop(state, 0));
        else
            state.Attach(0, FromTop(state, 1));
    }
}

/// <summary>Arc-hybrid: left arcs come from the next word, right arcs from below on the stack.</summary>
public sealed class ArcHybrid : TransitionSystem
{
    /// <inheritdoc/>
    public override bool Allows(ParserState state, Transition transition)
    {
        ArgumentNullException.ThrowIfNull(state);
        return transition switch
        {
            Transition.Shift => state.HasNext,
            Transition.LeftArc => state.HasNext && state.Stack.Count > 1, // the root hangs on nothing
            _ => state.Stack.Count > 1,
        };
    }

    /// <summary>How many right arcs each transition loses: the dynamic oracle.</summary>
    /// <remarks>
    /// <para>A transition costs the right arcs that could still be drawn before it and cannot after it: for a left arc, the right head of the top
    /// of the stack if that is below it or beyond the next word, and all that should hang on the top and is yet to come; for a right arc, the
    /// head if it is yet to come, and the same; for a shift, the next word's head if it is on the stack below the top, and all on the stack that
    /// should hang on the next word. Of any state at least one transition costs nothing: after a mistake there is still a best way
    /// on, which the static oracle does not know.</para>
    /// <para>Exact: the cost is the number of right heads by which the best tree that can be reached gets worse. Source: Goldberg and Nivre
    /// 2013, section 4.</para>
    /// </remarks>
    /// <param name="state">Any state.</param>
    /// <param name="gold">For each word the position of its head: a projective tree.</param>
    /// <returns>By number of the transition; null where it is not allowed.</returns>
    /// <exception cref="ArgumentException">Heads that make no projective tree, or of another number of words.</exception>
    public IReadOnlyList<int?> Costs(ParserState state, IReadOnlyList<int> gold)
    {
        Gold(state, gold);
        return [.. Enumerable.Range(0, Kinds).Select(t => Allows(state, (Transition)t) ? Cost(state, gold, (Transition)t) : (int?)null)];
    }

    private static int Cost(ParserState state, IReadOnlyList<int> gold, Transition transition)
    {
        var (next, words) = (state.Next, state.Words);
        if (transition == Transition.Shift)
        {
            var below = state.Stack.SkipLast(1).Contains(gold[next - 1]) ? 1 : 0;
            return below + state.Stack.Count(word => word > 0 && gold[word - 1] == next);
        }
        var top = FromTop(state, 0);
        var head = gold[top - 1];
        var lost = Enumerable.Range(next, words - next + 1).Count(word => gold[word - 1] == top);
        return transition == Transition.LeftArc
            ? lost + (head == FromTop(state, 1) || head > next ? 1 : 0)
            : lost + (head >= next ? 1 : 0);
    }

    private protected override void Make(ParserState state, Transition transition)
    {
        if (transition == Transition.Shift)
            state.Push();
        else
            state.Attach(0, transition == Transition.LeftArc ? state.Next : FromTop(state, 1));
    }
}
