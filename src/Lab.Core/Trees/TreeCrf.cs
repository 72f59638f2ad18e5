using Lab.Core.Kernels;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>A distribution over all binary trees of a sentence, labelled or not: the CRF of spans, and with rules the weighted grammar.</summary>
/// <remarks>
/// <para>The score of a tree is the sum of <c>spans[b, i, j, k]</c> over its constituents, from word i to word j <b>both included</b>, of
/// label k, the words themselves (i = j) too; with rules, of <c>rules[k, l, r]</c> wherever a constituent of label k is made of
/// one of label l and one of label r; and of <c>root[k]</c> for the label of the whole. A tree over n words has 2n - 1
/// constituents.</para>
/// <para>Scores <c>[B, T, T]</c> mean one label. Of a chart only what lies on the diagonal or above, and within a row's length, is read.
/// A row of length 0 has one tree, the empty one, of score 0.</para>
/// <para>A tree is <c>[B, T, T]</c>, int64: at (i, j) the label of the constituent from i to j, or <see cref="NoSpan"/>.</para>
/// <para>A score of -∞ forbids; gradients stay finite. Where everything is forbidden, log Z is -∞. float16 and bfloat16 are computed
/// in float32. A probabilistic grammar in Chomsky's normal form is a case of this: see <c>CnfGrammar</c>.</para>
/// <para>Source: Baker 1979; Lari and Young 1990; Stern, Andreas and Klein 2017.</para>
/// </remarks>
public static partial class TreeCrf
{
    /// <summary>What stands in a tree where no constituent is.</summary>
    public const long NoSpan = -1;

    /// <summary>log Z, the logarithm of the sum of exp(score) over all binary trees: the inside algorithm.</summary>
    /// <remarks>
    /// <para>Formula: <c>α[i, i, k] = spans[i, i, k]</c>, and for i &lt; j
    /// <c>α[i, j, k] = spans[i, j, k] + log Σ exp(rules[k, l, r] + α[i, m, l] + α[m+1, j, r])</c> over all places m to split and labels l
    /// and r; <c>log Z = log Σ exp(α[0, n-1, k] + root[k])</c>. T³ steps stand for more than 4^T / T^1.5 trees.</para>
    /// <para>Gradient: in spans the probability of each constituent, see <see cref="SpanMarginals"/>; in rules the expected number of
    /// times each is used.</para>
    /// <para>Numerics: the largest term of each sum is taken out. Where all is forbidden, the value is -∞ and the gradient 0.</para>
    /// <para>Oracle: all binary trees, one by one.</para>
    /// </remarks>
    /// <param name="spans">Scores of constituents by first word, last word and label, <c>[B, T, T, K]</c> or <c>[B, T, T]</c>, T and K at
    /// least 1, floating point.</param>
    /// <param name="rules">Scores of a label over a left and a right label, <c>[K, K, K]</c>; none means that labels do not see each
    /// other.</param>
    /// <param name="root">Scores of the label of the whole, <c>[K]</c>; none means 0.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <returns>Nats, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length outside.</exception>
    public static Tensor TreeLogPartition(Tensor spans, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);

        using var scope = NewDisposeScope();
        return LogPartition(spans, rules, root, lengths).to(spans.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The score of one given tree for each row.</summary>
    /// <remarks>
    /// <para>Formula: its spans' scores, its rules', and that of its root's label. It is computed as log Z with everything forbidden that
    /// is not in the tree: one tree is left, and the logarithm of its exponential is its score.</para>
    /// <para>Gradient: 1 at every score that the tree takes, as often as it takes it; 0 where the tree is forbidden.</para>
    /// <para>Oracle: all binary trees, one by one.</para>
    /// </remarks>
    /// <param name="spans">Scores of constituents by first word, last word and label, <c>[B, T, T, K]</c> or <c>[B, T, T]</c>, floating
    /// point.</param>
    /// <param name="tree">Labels of the tree's constituents and <see cref="NoSpan"/>, <c>[B, T, T]</c>, int64.</param>
    /// <param name="rules">Scores of a label over a left and a right label, <c>[K, K, K]</c>, or none.</param>
    /// <param name="root">Scores of the label of the whole, <c>[K]</c>; none means 0.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <returns>Scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a length outside or
    /// something that is no binary tree.</exception>
    public static Tensor TreeScore(
        Tensor spans, Tensor tree, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);
        TreeShapes.Tree(tree, spans, lengths);

        using var scope = NewDisposeScope();
        return ScoreOf(spans, tree, rules, root, lengths).to(spans.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising the right tree is.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Z - score</c>: <see cref="TreeLogPartition"/> less <see cref="TreeScore"/>; never negative.</para>
    /// <para>Gradient: in spans the probability of each constituent, less 1 for those of the right tree.</para>
    /// <para>Numerics: a tree that is forbidden costs +∞ and pushes nothing. An empty row costs 0.</para>
    /// <para>Oracle: all binary trees, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="TreeScore" path="/param|/exception"/>
    /// <returns>Nats, <c>[B]</c>.</returns>
    public static Tensor TreeNegativeLogLikelihood(
        Tensor spans, Tensor tree, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);
        TreeShapes.Tree(tree, spans, lengths);

        using var scope = NewDisposeScope();
        var score = ScoreOf(spans, tree, rules, root, lengths);
        var forbidden = score.isneginf();
        var losses = LogPartition(spans, rules, root, lengths).masked_fill(forbidden, double.PositiveInfinity) - score.masked_fill(forbidden, 0);
        return losses.to(spans.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The structured hinge loss of trees: the right tree must score above every other by a margin that grows with its errors.</summary>
    /// <remarks>
    /// <para>Formula: <c>max_y [score(y) + cost·errors(y)] - score(gold)</c>, where errors counts the labelled constituents of y
    /// that gold does not have. The maximum is found by <see cref="BestTree"/>'s recursion with <c>cost</c> added to every
    /// constituent that gold does not have. Where a label means "no constituent", a span of it is an error only where gold has a
    /// constituent of another label: how gold was made binary does not matter.</para>
    /// <para>Gradient: constituents of the tree that violates most less those of the right one.</para>
    /// <para>Numerics: a right tree that is forbidden costs +∞ with gradient 0. An empty row costs 0.</para>
    /// <para>Oracle: all binary trees, one by one. Source: Taskar et al. 2004; Stern, Andreas and Klein 2017.</para>
    /// </remarks>
    /// <param name="spans">Scores of constituents by first word, last word and label, <c>[B, T, T, K]</c> or <c>[B, T, T]</c>, floating
    /// point.</param>
    /// <param name="tree">Labels of the right tree's constituents and <see cref="NoSpan"/>, <c>[B, T, T]</c>, int64.</param>
    /// <param name="rules">Scores of a label over a left and a right label, <c>[K, K, K]</c>, or none.</param>
    /// <param name="root">Scores of the label of the whole, <c>[K]</c>; none means 0.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <param name="cost">The margin asked for per wrong constituent, finite, not negative; 0 gives the structured perceptron.</param>
    /// <param name="empty">The label that means "no constituent", in [0, K), as <see cref="SpanLabels.Empty"/>; null where there is none.</param>
    /// <returns>In units of the scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a negative cost, no such label, or (on the
    /// CPU) a length outside or something that is no binary tree.</exception>
    public static Tensor TreeHinge(
        Tensor spans, Tensor tree, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null, double cost = 1,
        long? empty = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);
        TreeShapes.Tree(tree, spans, lengths);
        Runtime.Require.NotNegative(cost);
        var labels = spans.dim() == 4 ? spans.size(3) : 1;
        if (empty is { } label && (label < 0 || label >= labels))
            throw new ArgumentOutOfRangeException(nameof(empty), empty, $"Must be in [0, {labels}).");

        using var scope = NewDisposeScope();
        var lattice = TreeLattice.Of(spans, rules, root, lengths);
        var right = Within(empty is { } none ? tree.masked_fill(tree == NoSpan, none) : tree, lattice.Labels);
        var rival = lattice with { Spans = lattice.Spans + cost * right.logical_not().to(lattice.Spans.dtype) };
        var score = ScoreOf(spans, tree, rules, root, lengths);
        var forbidden = score.isneginf();
        var worst = rival.Total(rival.Inside(Summations.Max), Summations.Max).squeeze(1);
        var losses = worst.masked_fill(forbidden, double.PositiveInfinity) - score.masked_fill(forbidden, 0);
        return losses.to(spans.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor LogPartition(Tensor spans, Tensor? rules, Tensor? root, Tensor? lengths)
    {
        if (TreeFunction.Of(spans, rules, root, lengths) is { } fused)    // one loop, where that is faster
            return fused;
        var lattice = TreeLattice.Of(spans, rules, root, lengths);
        return lattice.Total(lattice.Inside(Summations.LogSum), Summations.LogSum).squeeze(1);
    }

    private static Tensor ScoreOf(Tensor spans, Tensor tree, Tensor? rules, Tensor? root, Tensor? lengths)
    {
        var lattice = TreeLattice.Of(spans, rules, root, lengths);
        var inside = Within(tree, lattice.Labels);
        var only = lattice with { Spans = lattice.Spans.masked_fill(inside.logical_not(), double.NegativeInfinity) };
        return only.Total(only.Inside(Summations.LogSum), Summations.LogSum).squeeze(1);
    }

    /// <summary>The tree's constituents, <c>[B, T, T, K]</c>.</summary>
    private static Tensor Within(Tensor tree, long labels) =>
        tree.unsqueeze(3) == arange(labels, device: tree.device);
}
