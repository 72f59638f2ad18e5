using Lab.Core.Kernels;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

public static partial class Crf
{
    /// <summary>The score of one given path for each chain.</summary>
    /// <remarks>
    /// <para>Formula: <c>start[y₁] + Σ emissions[t, yₜ] + Σ transitions[yₜ₋₁, yₜ] + end[y_T]</c>.</para>
    /// <para>Gradient: 1 at every score that the path takes, as often as it takes it; also where that score is -∞.</para>
    /// <para>Oracle: the sum, one place after the other.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="tags">The path y, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <returns>Scores, <c>[B]</c>; 0 for a chain without valid places.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a tag
    /// outside.</exception>
    public static Tensor PathScore(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Tags(tags, emissions, mask);

        using var scope = NewDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        return ScoreOf(chain, chain.ToFront(tags)).to(emissions.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising the right path is: the loss that trains a CRF.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Z - score(y)</c>, <see cref="LogPartition"/> less <see cref="PathScore"/>; never negative.</para>
    /// <para>Gradient: what the model expects less what the path has. In emissions <c>p(yₜ = k) - [yₜ = k]</c>.</para>
    /// <para>Numerics: a path that is forbidden costs +∞ and pushes nothing: its gradient is 0 (a constraint that forbids the right
    /// answer is to be mended, not learned from). A chain without valid places costs 0.</para>
    /// <para>Oracle: all K^T paths, one by one. Source: Lafferty, McCallum and Pereira 2001.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="tags">The right path y, <c>[B, T]</c>, int64, in [0, K) at valid places.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <param name="form">How it is computed; the result is the same.</param>
    /// <returns>Nats per chain, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a tag
    /// outside.</exception>
    public static Tensor PathNegativeLogLikelihood(
        Tensor emissions, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null,
        CrfForm form = CrfForm.Auto)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Tags(tags, emissions, mask);
        ChainShapes.Form(form);

        using var scope = NewDisposeScope();
        form = Choose(form, emissions);
        if (form == CrfForm.Kernel)
            return ChainFunction.Run(emissions, transitions, start, end, mask, tags).MoveToOuterDisposeScope();
        var chain = Chain.Of(emissions, transitions, start, end, mask);
        var logPartition = form == CrfForm.Scan ? ScanLogPartition(chain) : LoopLogPartition(chain);
        var score = ScoreOf(chain, chain.ToFront(tags));
        var losses = (logPartition - score).masked_fill(score.isneginf(), double.PositiveInfinity);
        return losses.to(emissions.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of paths whose valid places stand at the front.</summary>
    private static Tensor ScoreOf(Chain chain, Tensor tags)
    {
        var padding = chain.Valid.logical_not();                          // [B, T]
        tags = tags.masked_fill(padding, 0);
        var emitted = chain.Emissions.gather(2, tags.unsqueeze(2)).squeeze(2).masked_fill(padding, 0).sum([1]);
        var last = tags.gather(1, (chain.Lengths - 1).clamp(min: 0).unsqueeze(1)).squeeze(1);
        var ends = chain.Start.index_select(0, tags.select(1, 0)) + chain.End.index_select(0, last);
        var score = emitted + ends.masked_fill(padding.select(1, 0), 0);
        if (chain.Length == 1)
            return score;
        var steps = tags.narrow(1, 0, chain.Length - 1) * chain.Tags + tags.narrow(1, 1, chain.Length - 1);
        var taken = chain.Transitions.reshape(-1).index_select(0, steps.reshape(-1)).reshape(steps.shape);
        return score + taken.masked_fill(padding.narrow(1, 1, chain.Length - 1), 0).sum([1]);
    }
}
