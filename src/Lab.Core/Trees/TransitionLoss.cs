using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>Losses for decisions of which each has a cost: what a dynamic oracle says of the transitions of a parser.</summary>
/// <remarks>
/// Where several decisions are equally good, a cross-entropy against one of them would push the others down. These losses ask for any of the
/// cheapest. A negative cost says that a decision is not allowed: its logit is not read. A state in which nothing is allowed (padding, or the end) costs
/// 0. Source: Goldberg and Nivre 2012 and 2013; Kiperwasser and Goldberg 2016.
/// </remarks>
public static class TransitionLoss
{
    /// <summary>How surprising it is that one of the cheapest is taken, whichever.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Σ exp(logits[a]) over all allowed - log Σ exp(logits[a]) over the cheapest</c>: the negative logarithm of their probabilities' sum. Where one
    /// decision is the cheapest it is the cross-entropy.</para>
    /// <para>Gradient: <c>p[a]</c>, less <c>p[a] / Σ p</c> over the cheapest for these: they are pushed up in proportion to the probability that they have.</para>
    /// <para>Numerics: differences of log-sum-exps. Where all of the cheapest have the logit -∞, it is +∞ with gradient 0.</para>
    /// <para>Oracle: <c>logsumexp</c> of those allowed and of the cheapest, state by state.</para>
    /// </remarks>
    /// <param name="logits">Scores of decisions, <c>[..., M]</c>, M at least 1, floating point.</param>
    /// <param name="costs">What each costs, <c>[..., M]</c>, int64; negative where it is not allowed.</param>
    /// <returns>Nats, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor CheapestNegativeLogLikelihood(Tensor logits, Tensor costs)
    {
        Check(logits, costs);

        using var scope = NewDisposeScope();
        var (x, allowed, cheapest) = Split(logits, costs);
        var all = Activation.LogSumExp(x.masked_fill(allowed.logical_not(), double.NegativeInfinity), -1);
        var right = Activation.LogSumExp(x.masked_fill(cheapest.logical_not(), double.NegativeInfinity), -1);
        return Loss(right, all.masked_fill(all.isneginf(), 0), allowed).to(logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The best of the cheapest must score above the best of the others by a margin.</summary>
    /// <remarks>
    /// <para>Formula: <c>max(0, margin + max logits[a] over those allowed that are dearer - max logits[a] over the cheapest)</c>; 0 where none is dearer.</para>
    /// <para>Gradient: 1 at the best of the others and -1 at the best of the cheapest, until the margin is there.</para>
    /// <para>Numerics: exact. Where all of the cheapest have the logit -∞, it is +∞ with gradient 0.</para>
    /// <para>Oracle: the greatest of each kind, state by state. Source: Kiperwasser and Goldberg 2016, section 4.</para>
    /// </remarks>
    /// <param name="logits">Scores of decisions, <c>[..., M]</c>, M at least 1, floating point.</param>
    /// <param name="costs">What each costs, <c>[..., M]</c>, int64; negative where it is not allowed.</param>
    /// <param name="margin">By how much, finite, not negative.</param>
    /// <returns>In units of the logits, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or a negative margin.</exception>
    public static Tensor CheapestHinge(Tensor logits, Tensor costs, double margin = 1)
    {
        Check(logits, costs);
        Require.NotNegative(margin);

        using var scope = NewDisposeScope();
        var (x, allowed, cheapest) = Split(logits, costs);
        var dearer = allowed.logical_and(cheapest.logical_not());
        var right = x.masked_fill(cheapest.logical_not(), double.NegativeInfinity).max(-1).values;
        var rival = x.masked_fill(dearer.logical_not(), double.NegativeInfinity).max(-1).values;
        var alone = rival.isneginf();
        var losses = Loss(right, rival.masked_fill(alone, 0) + margin, allowed);
        return losses.masked_fill(alone.logical_and(right.isneginf().logical_not()), 0).clamp(min: 0).to(logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>What a decision that is drawn from the softmax costs on average: the risk.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ p[a]·costs[a]</c> with <c>p = softmax(logits)</c> over those allowed. It tells a mistake that loses three arcs from one that loses one.</para>
    /// <para>Gradient: <c>p[a]·(costs[a] - risk)</c>.</para>
    /// <para>Numerics: a softmax without overflow.</para>
    /// <para>Oracle: <c>softmax</c> of those allowed, state by state.</para>
    /// </remarks>
    /// <param name="logits">Scores of decisions, <c>[..., M]</c>, M at least 1, floating point, finite where allowed.</param>
    /// <param name="costs">What each costs, <c>[..., M]</c>, int64; negative where it is not allowed.</param>
    /// <returns>In units of the costs, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor ExpectedCost(Tensor logits, Tensor costs)
    {
        Check(logits, costs);

        using var scope = NewDisposeScope();
        var (x, allowed, _) = Split(logits, costs);
        var probabilities = Activation.MaskedSoftmax(x, allowed, -1);
        return (probabilities * costs.clamp(min: 0).to(x.dtype)).sum(-1).to(logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Logits in float32 or float64; what is allowed; and the cheapest of that.</summary>
    private static (Tensor Logits, Tensor Allowed, Tensor Cheapest) Split(Tensor logits, Tensor costs)
    {
        var allowed = costs >= 0;
        var least = costs.masked_fill(allowed.logical_not(), long.MaxValue).amin([-1], keepdim: true);
        var x = logits.to(logits.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        return (x, allowed, allowed.logical_and(costs == least));
    }

    /// <summary>Rival less right: +∞ where what is right is impossible, 0 where nothing is allowed.</summary>
    private static Tensor Loss(Tensor right, Tensor rival, Tensor allowed)
    {
        var impossible = right.isneginf();
        var losses = rival.masked_fill(impossible, double.PositiveInfinity) - right.masked_fill(impossible, 0);
        return losses.masked_fill(allowed.any(-1).logical_not(), 0);
    }

    private static void Check(Tensor logits, Tensor costs)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [.., > 0])
            throw Require.BadShape(logits, "[..., M] with M >= 1");
        ArgumentNullException.ThrowIfNull(costs);
        if (costs.dtype != ScalarType.Int64)
            throw new ArgumentException($"{nameof(costs)} must be costs of dtype Int64, got {costs.dtype}.", nameof(costs));
        Require.Shape(costs, logits.shape);
        Require.SameDevice(costs, logits);
    }
}
