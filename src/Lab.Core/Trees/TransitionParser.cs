using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>States that a parser came to, as a batch to learn from.</summary>
/// <param name="Places">Where each looks, <c>[B, S, F]</c>, int64: <see cref="ParserState.Places"/>; -1 behind the last of a row.</param>
/// <param name="Costs">How many right arcs each transition loses, <c>[B, S, M]</c>, int64; -1 where it is not allowed, and behind the last.</param>
/// <param name="Transitions">What was done, <c>[B, S]</c>, int64; -100 behind the last.</param>
public sealed record VisitedStates(Tensor Places, Tensor Costs, Tensor Transitions);

/// <summary>Chooses what a parser does in a state.</summary>
/// <param name="row">Which sentence.</param>
/// <param name="state">Where it is.</param>
/// <param name="costs">How many right arcs each transition loses; null where it is not allowed.</param>
/// <param name="logits">What the head says of each; -∞ where it is not allowed.</param>
public delegate Transition TransitionPolicy(int row, ParserState state, IReadOnlyList<int?> costs, IReadOnlyList<double> logits);

/// <summary>Parses by shift and reduce with a trained head, many sentences step by step together.</summary>
/// <param name="head">Scores transitions; it looks at as many places as <paramref name="stack"/> and <paramref name="buffer"/> together.</param>
/// <param name="system">What transitions there are; <see cref="TransitionSystem.ArcHybrid"/> when null.</param>
/// <param name="stack">How many words of the stack describe a state.</param>
/// <param name="buffer">How many of the words to come.</param>
/// <remarks>
/// The probability of a tree is the product of those of its 2n transitions, each a softmax over what is allowed: every sentence's hypotheses are of the same
/// length, and a beam compares them without a correction. Source: Kiperwasser and Goldberg 2016; Goldberg and Nivre 2012.
/// </remarks>
public sealed class TransitionParser(TransitionHead head, TransitionSystem? system = null, int stack = 3, int buffer = 1)
{
    private readonly TransitionHead head = head ?? throw new ArgumentNullException(nameof(head));
    private readonly TransitionSystem system = system ?? TransitionSystem.ArcHybrid;

    /// <summary>Parses, greedily or with a beam. No gradient.</summary>
    /// <param name="features">One vector a word, <c>[B, T, D]</c>, as the head takes them.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; null means T.</param>
    /// <param name="beam">How many unfinished parses of a sentence are kept, at least 1, which is greedy.</param>
    /// <returns>Heads, <see cref="DependencyCrf.NoHead"/> where no word is, and the log-probabilities of their transitions; a tree that is reached
    /// in several ways has that of the best way found.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a length outside, or no beam.</exception>
    public FoundHeads Parse(Tensor features, Tensor? lengths = null, int beam = 1)
    {
        Require.Positive(beam);
        var words = Counts(features, lengths);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var beams = words.Select(n => new List<Hypothesis> { new(new(n), 0) }).ToArray();
        while (beams.Any(b => !b[0].State.IsFinal))
        {
            var logits = Logits(features, [.. beams.Select(b => b.Select(h => h.State).ToArray())]);
            for (var row = 0; row < beams.Length; row++)
                if (!beams[row][0].State.IsFinal)
                    beams[row] = Next(beams[row], logits[row], beam);
        }
        var heads = full([features.size(0), features.size(1)], DependencyCrf.NoHead, ScalarType.Int64);
        for (var row = 0; row < beams.Length; row++)
            if (words[row] > 0)
                heads.select(0, row).narrow(0, 0, words[row]).copy_(tensor(beams[row][0].State.Heads.Select(h => (long)h).ToArray()));
        var scores = tensor(beams.Select(b => b[0].LogProbability).ToArray(), [beams.Length], ScalarType.Float64);
        return new(heads.to(features.device).MoveToOuterDisposeScope(), scores.to(features.dtype, features.device).MoveToOuterDisposeScope());
    }

    /// <summary>Goes where a policy leads, and notes in each state what the dynamic oracle says of every transition: what a parser learns from. No gradient.</summary>
    /// <remarks>A policy that takes a transition that costs nothing stays on the way to the right tree. One that follows the head comes to the states that
    /// the parser will be in, mistakes and all, and learns what is best there: exploration.</remarks>
    /// <param name="features">One vector a word, <c>[B, T, D]</c>, as the head takes them.</param>
    /// <param name="gold">For each sentence and word the position of the right head: projective trees, of at most T words.</param>
    /// <param name="policy">Chooses among what is allowed.</param>
    /// <returns>All states of all sentences; two for each word.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or heads that make no projective tree.</exception>
    /// <exception cref="InvalidOperationException">The system is not arc-hybrid, or something was chosen that is not allowed.</exception>
    public VisitedStates Visit(Tensor features, IReadOnlyList<IReadOnlyList<int>> gold, TransitionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentNullException.ThrowIfNull(policy);
        if (system is not ArcHybrid hybrid)
            throw new InvalidOperationException("Only arc-hybrid has a dynamic oracle here.");
        Counts(features, null);
        if (gold.Count != features.size(0) || gold.Any(heads => heads.Count > features.size(1)))
            throw new ArgumentException(
                $"{nameof(gold)} must have heads for {features.size(0)} sentences of at most {features.size(1)} words, got {gold.Count} of at most {gold.Select(heads => heads.Count).DefaultIfEmpty().Max()}.", nameof(gold));

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var states = gold.Select(heads => new ParserState(heads.Count)).ToArray();
        var longest = 2 * gold.Select(heads => heads.Count).DefaultIfEmpty().Max();
        var (looks, kinds) = (stack + buffer, TransitionSystem.Kinds);
        var (places, costs, made) = (Filled(states.Length * longest * looks, -1), Filled(states.Length * longest * kinds, -1), Filled(states.Length * longest, -100));
        for (var step = 0; step < longest; step++)
        {
            var logits = Logits(features, [.. states.Select(state => new[] { state })]);
            for (var row = 0; row < states.Length; row++)
            {
                if (states[row].IsFinal)
                    continue;
                var cost = hybrid.Costs(states[row], gold[row]);
                var at = (row * longest) + step;
                for (var i = 0; i < looks; i++)
                    places[(at * looks) + i] = states[row].Places(stack, buffer)[i];
                for (var t = 0; t < kinds; t++)
                    costs[(at * kinds) + t] = cost[t] ?? -1;
                var chosen = policy(row, states[row], cost, logits[row][0]);
                made[at] = (long)chosen;
                hybrid.Apply(states[row], chosen);
            }
        }
        Tensor Batch(long[] numbers, params long[] shape) => tensor(numbers, shape, ScalarType.Int64).to(features.device).MoveToOuterDisposeScope();
        return new(
            Batch(places, states.Length, longest, looks), Batch(costs, states.Length, longest, kinds), Batch(made, states.Length, longest));
    }

    private sealed record Hypothesis(ParserState State, double LogProbability);

    /// <summary>The best ways to go on from any of a sentence's hypotheses by one transition.</summary>
    private List<Hypothesis> Next(List<Hypothesis> hypotheses, double[][] logits, int beam)
    {
        var ways =
            from h in hypotheses.Index()
            let most = logits[h.Index].Max()
            let total = most + Math.Log(logits[h.Index].Sum(x => Math.Exp(x - most)))
            from t in Enumerable.Range(0, TransitionSystem.Kinds)
            where system.Allows(h.Item.State, (Transition)t)
            select (h.Item.State, Transition: (Transition)t, LogProbability: h.Item.LogProbability + logits[h.Index][t] - total);
        return [.. ways.OrderByDescending(way => way.LogProbability).Take(beam).ToArray().Select(way =>
        {
            var state = way.State.Copy();
            system.Apply(state, way.Transition);
            return new Hypothesis(state, way.LogProbability);
        })];
    }

    /// <summary>What the head says in each of each sentence's states.</summary>
    private double[][][] Logits(Tensor features, ParserState[][] states)
    {
        using var scope = NewDisposeScope();
        var (most, looks, kinds) = (states.Max(row => row.Length), stack + buffer, TransitionSystem.Kinds);
        var (places, legal) = (Filled(states.Length * most * looks, -1), new bool[states.Length * most * kinds]);
        for (var row = 0; row < states.Length; row++)
            for (var s = 0; s < states[row].Length; s++)
            {
                Array.ConvertAll(states[row][s].Places(stack, buffer), place => (long)place).CopyTo(places, ((row * most) + s) * looks);
                system.Legal(states[row][s]).CopyTo(legal, ((row * most) + s) * kinds);
            }
        var logits = head.call(
            features, tensor(places, [states.Length, most, looks], ScalarType.Int64).to(features.device),
            tensor(legal, [states.Length, most, kinds], ScalarType.Bool).to(features.device));
        var numbers = logits.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return [.. states.Select((row, b) => row.Select((_, s) => numbers.AsSpan(((b * most) + s) * kinds, kinds).ToArray()).ToArray())];
    }

    private static long[] Filled(int size, long value)
    {
        var numbers = new long[size];
        Array.Fill(numbers, value);
        return numbers;
    }

    /// <summary>How many words each sentence has.</summary>
    private static int[] Counts(Tensor features, Tensor? lengths)
    {
        Require.FloatingPoint(features);
        if (features.shape is not [_, > 0 and var words, _])
            throw Require.BadShape(features, "[B, T, D] with T >= 1");
        TreeShapes.Lengths(lengths, features, words);
        using var scope = NewDisposeScope();
        return lengths is null
            ? [.. Enumerable.Repeat((int)words, (int)features.size(0))]
            : Array.ConvertAll(lengths.cpu().contiguous().data<long>().ToArray(), n => (int)n);
    }
}
