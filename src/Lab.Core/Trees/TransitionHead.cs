using Lab.Core.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Trees;

/// <summary>Scores what a shift-reduce parser may do next, in any of its states: the head of a transition-based parser.</summary>
/// <remarks>
/// <para>Formula: <c>logits[s] = V·tanh(W·[x[p(s, 1)], ..., x[p(s, F)]] + c) + e</c>: a state is described by the features of the F words at
/// its places (<see cref="ParserState.Places"/>: the top of the stack, and what comes next). The root and "nothing there" have vectors of their own.
/// What is not legal has the logit -∞.</para>
/// <para>The words are read once, whatever states the parser comes to: the features hold the whole sentence, and the state says where to look.</para>
/// <para>Losses: <see cref="TransitionLoss"/>, or <c>Loss.CrossEntropy</c> where one transition is the right one. Masks and costs:
/// <see cref="TransitionSystem.Legal"/>, <see cref="ArcHybrid.Costs"/>.</para>
/// <para>State: <c>root</c> <c>[D]</c>, <c>nothing</c> <c>[D]</c>, <c>hidden.weight</c> <c>[A, F·D]</c>, <c>hidden.bias</c>, <c>transition.weight</c> <c>[M, A]</c>,
/// <c>transition.bias</c>. Source: Kiperwasser and Goldberg 2016, section 4.</para>
/// </remarks>
public sealed class TransitionHead : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Parameter root;
    private readonly Parameter nothing;
    private readonly Linear hidden;
    private readonly Linear transition;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">D, the width of the features, positive.</param>
    /// <param name="places">F, how many places describe a state, positive.</param>
    /// <param name="hidden">A, the units of the hidden layer, positive.</param>
    /// <param name="transitions">M, how many transitions there are, positive.</param>
    /// <exception cref="ArgumentException">A size that is not positive.</exception>
    public TransitionHead(long width, long places, long hidden, long transitions = TransitionSystem.Kinds) : base(nameof(TransitionHead))
    {
        Require.Positive(width);
        Require.Positive(places);
        Require.Positive(hidden);
        Require.Positive(transitions);
        root = BiaffineParts.Random(1, width);
        nothing = BiaffineParts.Random(1, width);
        this.hidden = Linear(places * width, hidden);
        transition = Linear(hidden, transitions);
        RegisterComponents();
    }

    /// <summary>Scores of transitions.</summary>
    /// <param name="features">One vector a word, <c>[B, T, D]</c> with T at least 1, floating point.</param>
    /// <param name="places">For each of S states of a sentence the positions of the words that describe it, 0 for the root and -1 for nothing,
    /// <c>[B, S, F]</c>, int64, at most T.</param>
    /// <param name="legal">True where a transition is allowed, <c>[B, S, M]</c>, boolean; null allows all.</param>
    /// <returns>Logits, <c>[B, S, M]</c>; -∞ where not legal.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a position outside.</exception>
    public override Tensor forward(Tensor features, Tensor places, Tensor? legal)
    {
        BiaffineParts.Check(features, root);
        Check(places, features);
        if (legal is not null)
        {
            Require.Mask(legal);
            Require.Shape(legal, [places.size(0), places.size(1), transition.weight!.size(0)]);
            Require.SameDevice(legal, features);
        }

        using var scope = NewDisposeScope();
        var (batch, states, width) = (places.size(0), places.size(1), features.size(2));
        var x = cat([nothing.expand(batch, 1, width), BiaffineParts.WithRoot(features, root)], 1);         // [B, T + 2, D]
        var rows = (places + 1).flatten(1).unsqueeze(2).expand(batch, states * places.size(2), width);
        var state = x.gather(1, rows).reshape(batch, states, places.size(2) * width);                      // [B, S, F·D]
        var logits = transition.call(hidden.call(state).tanh());
        return (legal is null ? logits : logits.masked_fill(legal.logical_not(), double.NegativeInfinity)).MoveToOuterDisposeScope();
    }

    private void Check(Tensor places, Tensor features)
    {
        ArgumentNullException.ThrowIfNull(places);
        if (places.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(places)} must be positions of dtype Int64, got {places.dtype}.", nameof(places));
        var count = hidden.weight!.size(1) / features.size(2);
        if (places.shape is not [var batch, _, var described] || batch != features.size(0) || described != count)
            throw Require.BadShape(places, $"[{features.size(0)}, S, {count}]");
        Require.SameDevice(places, features);
        if (places.device_type != DeviceType.CPU || places.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (places < -1).logical_or(places > features.size(1));
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{nameof(places)} must lie in [-1, {features.size(1)}], got {places[outside][0].ToInt64()}.", nameof(places));
    }
}
