using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Trees;

/// <summary>Trees that were found.</summary>
/// <param name="Trees">Labels of constituents and <see cref="TreeCrf.NoSpan"/>, <c>[B, T, T]</c>, or <c>[B, N, T, T]</c> for N trees a
/// row, int64. Where there is no tree, all is <see cref="TreeCrf.NoSpan"/>.</param>
/// <param name="Scores"><c>[B]</c> or <c>[B, N]</c>; -∞ where there is no tree.</param>
public sealed record FoundTrees(Tensor Trees, Tensor Scores);

public static partial class TreeCrf
{
    /// <summary>The tree of the highest score: the algorithm of Cocke, Kasami and Younger.</summary>
    /// <remarks>
    /// <para>Formula: as <see cref="TreeLogPartition"/>, with maxima in place of log-sum-exps. The <b>gradient</b> of that maximum is 1 at each
    /// constituent of the best tree and 0 elsewhere, so it is the tree: no back pointers are written.</para>
    /// <para>Of trees that score the same one is given, always the same. No gradient.</para>
    /// <para>Oracle: all binary trees, one by one. Source: Younger 1967.</para>
    /// </remarks>
    /// <inheritdoc cref="TreeLogPartition" path="/param|/exception"/>
    /// <returns>Trees <c>[B, T, T]</c> and scores <c>[B]</c>.</returns>
    public static FoundTrees BestTree(Tensor spans, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);

        using var scope = NewDisposeScope();
        var (trees, scores) = Taken(spans, rules, root, lengths, Summations.Max, 1);
        return new(
            trees.squeeze(1).MoveToOuterDisposeScope(), scores.squeeze(1).to(spans.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>The N trees of the highest scores.</summary>
    /// <remarks>
    /// <para>Formula: as <see cref="BestTree"/>, with the N greatest alternatives of each span in place of the greatest. No two trees of a
    /// row are the same; those that score the same come in some order, always the same. No gradient.</para>
    /// <para>Oracle: all binary trees, sorted. Source: Huang and Chiang 2005 (here all N·N pairs of each split are looked at).</para>
    /// </remarks>
    /// <param name="spans">Scores of constituents by first word, last word and label, <c>[B, T, T, K]</c> or <c>[B, T, T]</c>, floating
    /// point.</param>
    /// <param name="count">N, how many trees, at least 1.</param>
    /// <param name="rules">Scores of a label over a left and a right label, <c>[K, K, K]</c>, or none.</param>
    /// <param name="root">Scores of the label of the whole, <c>[K]</c>; none means 0.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <returns>Trees <c>[B, N, T, T]</c> and scores <c>[B, N]</c>, the highest first; -∞ where there are fewer.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a count below 1, or (on the CPU) a length
    /// outside.</exception>
    public static FoundTrees KBestTrees(
        Tensor spans, int count, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);
        Require.Positive(count);

        using var scope = NewDisposeScope();
        var (trees, scores) = Taken(spans, rules, root, lengths, Summations.Greatest(count), count);
        return new(trees.MoveToOuterDisposeScope(), scores.to(spans.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>Draws trees from the distribution.</summary>
    /// <remarks>
    /// <para>Formula: for each span and label one alternative is drawn from <c>exp(its score - α[i, j, k])</c>; the tree follows those from the
    /// root. Each span is in a tree at most once, so the draws are independent where it matters, and the sample is exact.</para>
    /// <para>Where every tree is forbidden, all is <see cref="NoSpan"/>. No gradient.</para>
    /// <para>Oracle: frequencies against the probabilities of all binary trees.</para>
    /// </remarks>
    /// <param name="spans">Scores of constituents by first word, last word and label, <c>[B, T, T, K]</c> or <c>[B, T, T]</c>, floating
    /// point.</param>
    /// <param name="count">N, how many trees, at least 1.</param>
    /// <param name="generator">Where the randomness comes from; it may be on another device than the scores.</param>
    /// <param name="rules">Scores of a label over a left and a right label, <c>[K, K, K]</c>, or none.</param>
    /// <param name="root">Scores of the label of the whole, <c>[K]</c>; none means 0.</param>
    /// <param name="lengths">How many words count, <c>[B]</c>, int64, in [0, T]; none means T.</param>
    /// <returns>Trees, <c>[B, N, T, T]</c>, int64.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, a count below 1, or (on the CPU) a length
    /// outside.</exception>
    public static Tensor SampleTrees(
        Tensor spans, int count, Generator generator, Tensor? rules = null, Tensor? root = null, Tensor? lengths = null)
    {
        TreeShapes.Check(spans, rules, root, lengths);
        Require.Positive(count);
        ArgumentNullException.ThrowIfNull(generator);

        using var scope = NewDisposeScope();
        var (trees, _) = Taken(
            spans.detach().repeat_interleave(count, 0), rules, root, lengths?.repeat_interleave(count, 0), Summations.Draw(generator), 1);
        return trees.reshape([spans.size(0), count, .. trees.shape[2..]]).MoveToOuterDisposeScope();
    }

    /// <summary>What a summation took, read off its gradient: <c>[B, N, T, T]</c>; and what it came to, <c>[B, N]</c>.</summary>
    private static (Tensor Trees, Tensor Scores) Taken(
        Tensor spans, Tensor? rules, Tensor? root, Tensor? lengths, Summation sum, int count)
    {
        using var grad = enable_grad();
        var leaf = spans.detach().requires_grad_();
        var x = TreeLattice.Of(leaf, rules?.detach(), root?.detach(), lengths);
        var scores = x.Total(x.Inside(sum, count), sum, count);
        var trees = new List<Tensor>();
        for (var n = 0; n < count; n++)
        {
            var taken = autograd.grad([scores.select(1, n).sum()], [x.Spans], retain_graph: true)[0];
            var (most, label) = taken.max(3);
            var absent = (most < 0.5).logical_or(scores.select(1, n).isneginf().reshape(-1, 1, 1));
            trees.Add(label.masked_fill(absent, NoSpan));
        }
        return (stack(trees, 1), scores.detach());
    }
}
