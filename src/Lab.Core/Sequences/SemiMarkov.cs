using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>The semi-Markov CRF: a distribution over all ways to cut a sentence into labelled segments.</summary>
/// <remarks>
/// <para>The score of a segmentation is the sum of its segments' scores, of <c>transitions[from, to]</c> between the tags of neighbouring
/// segments, and of start and end. A segment is scored as a whole, so its length and its words together may count: what
/// a CRF over single tags cannot see.</para>
/// <para><c>segments[b, t, l, k]</c> is the score of a segment of tag k that <b>ends</b> at place t and has <b>l + 1</b> places; what
/// would begin before place 0 is never read. <see cref="SegmentScores"/> makes them from scores of places.</para>
/// <para>Mask (true = valid): the valid places first in each row. What stands at the others is never read. A row without any has
/// one segmentation, the empty one, of score 0.</para>
/// <para>float16 and bfloat16 are computed in float32. Source: Sarawagi and Cohen 2004.</para>
/// </remarks>
public static partial class SemiMarkov
{
    /// <summary>Scores of segments that are the sums of their places' scores.</summary>
    /// <remarks>
    /// <para>Formula: <c>segments[b, t, l, k] = Σ emissions[b, s, k]</c> over the l + 1 places s from t - l to t, plus
    /// <c>lengths[l, k]</c>; -∞ where a segment would begin before place 0.</para>
    /// <para>Numerics: each sum is added up by itself, not taken as a difference of running sums: no digits cancel.</para>
    /// <para>Oracle: the sums, one by one.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="longest">L, the most places of a segment, at least 1.</param>
    /// <param name="lengths">What each length is worth for each tag, <c>[L, K]</c>; none means 0.</param>
    /// <returns><c>[B, T, L, K]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or a length below 1.</exception>
    public static Tensor SegmentScores(Tensor emissions, int longest, Tensor? lengths = null)
    {
        Require.FloatingPoint(emissions);
        if (emissions.shape is not [var batch, > 0 and var length, > 0 and var tags])
            throw Require.BadShape(emissions, "[B, T, K] with T >= 1 and K >= 1");
        Require.Positive(longest);
        if (lengths is not null)
            ChainShapes.Scores(lengths, [longest, tags], emissions);

        using var scope = NewDisposeScope();
        var sums = new List<Tensor> { emissions };                        // of l + 1 places, from the end
        for (var l = 1; l < longest; l++)
        {
            var outside = zeros([batch, Math.Min(l, length), tags], emissions.dtype, emissions.device);
            sums.Add(l >= length ? outside : cat([outside, sums[^1].narrow(1, l - 1, length - l) + emissions.narrow(1, l, length - l)], 1));
        }
        var segments = lengths is null ? stack(sums, 2) : stack(sums, 2) + lengths;               // [B, T, L, K]
        var place = arange(length, device: emissions.device).unsqueeze(1);
        var tooLong = arange(longest, device: emissions.device) > place;                          // [T, L]
        return segments.masked_fill(tooLong.unsqueeze(2), double.NegativeInfinity).MoveToOuterDisposeScope();
    }

    /// <summary>The score of one given segmentation for each row.</summary>
    /// <remarks>
    /// <para>Formula: the segments' scores, the transitions between their tags, start of the first and end of the last.</para>
    /// <para>Gradient: 1 at every score that the segmentation takes, as often as it takes it.</para>
    /// <para>Oracle: all segmentations, one by one.</para>
    /// </remarks>
    /// <param name="segments">The score of each segment by its last place, length less 1 and tag, <c>[B, T, L, K]</c>, floating point.</param>
    /// <param name="ends">True at the last place of each segment, <c>[B, T]</c>, boolean; the last valid place always ends one.</param>
    /// <param name="tags">At each of these places the segment's tag, <c>[B, T]</c>, int64, in [0, K); not read elsewhere.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; none means all.</param>
    /// <returns>Scores, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a tag outside, a segment
    /// of more than L places, or a mask with holes.</exception>
    public static Tensor SegmentationScore(
        Tensor segments, Tensor ends, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        SegmentShapes.Check(segments, transitions, start, end, mask);
        SegmentShapes.Segmentation(ends, tags, segments, mask);

        using var scope = NewDisposeScope();
        return ScoreOf(SegmentLattice.Of(segments, transitions, start, end, mask), ends, tags).to(segments.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>log Z, the logarithm of the sum of exp(score) over all segmentations.</summary>
    /// <remarks>
    /// <para>Formula: <c>αₜ[k] = log Σₗ exp(enterₜ₋ₗ[k] + segments[t, l, k])</c> with <c>enter₀ = start</c> and
    /// <c>enterₜ[k] = log Σᵢ exp(αₜ₋₁[i] + transitions[i, k])</c>; T·K·(K + L) steps.</para>
    /// <para>Numerics: the largest term of each sum is taken out. Where everything is forbidden, the value is -∞ and the gradient 0.</para>
    /// <para>Oracle: all segmentations, one by one.</para>
    /// </remarks>
    /// <param name="segments">The score of each segment by its last place, length less 1 and tag, <c>[B, T, L, K]</c>, floating point.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean, the valid places first; none means all.</param>
    /// <returns>Nats, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a mask with holes.</exception>
    public static Tensor SegmentLogPartition(
        Tensor segments, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        SegmentShapes.Check(segments, transitions, start, end, mask);

        using var scope = NewDisposeScope();
        return LogPartition(SegmentLattice.Of(segments, transitions, start, end, mask)).to(segments.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>How surprising the right segmentation is.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Z - score</c>: <see cref="SegmentLogPartition"/> less <see cref="SegmentationScore"/>.</para>
    /// <para>Numerics: a segmentation that is forbidden costs +∞ and pushes nothing. A row without valid places costs 0.</para>
    /// <para>Oracle: all segmentations, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="SegmentationScore" path="/param|/exception"/>
    /// <returns>Nats, <c>[B]</c>.</returns>
    public static Tensor SegmentNegativeLogLikelihood(
        Tensor segments, Tensor ends, Tensor tags, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        SegmentShapes.Check(segments, transitions, start, end, mask);
        SegmentShapes.Segmentation(ends, tags, segments, mask);

        using var scope = NewDisposeScope();
        var lattice = SegmentLattice.Of(segments, transitions, start, end, mask);
        var score = ScoreOf(lattice, ends, tags);
        var losses = (LogPartition(lattice) - score).masked_fill(score.isneginf(), double.PositiveInfinity);
        return losses.to(segments.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor LogPartition(SegmentLattice x)
    {
        var (enter, alphas) = (new List<Tensor> { x.Start.expand(x.Batch, x.Tags) }, new List<Tensor>());
        for (var t = 0; t < x.Length; t++)
        {
            using var step = NewDisposeScope();
            var reach = x.Reach(t);
            var entered = stack([.. Enumerable.Range(0, reach).Select(l => enter[t - l])], 1);     // [B, l, K]
            var alpha = Activation.LogSumExp(entered + x.EndingAt(t, reach), 1);
            enter.Add(Activation.LogSumExp(alpha.unsqueeze(2) + x.Transitions, 1).MoveToOuterDisposeScope());
            alphas.Add(alpha.MoveToOuterDisposeScope());
        }
        var last = stack(alphas, 1).gather(1, x.LastPlace.reshape(-1, 1, 1).expand(x.Batch, 1, x.Tags)).squeeze(1);
        return Activation.LogSumExp(last + x.End, 1).masked_fill(x.Any.logical_not(), 0);
    }

    private static Tensor ScoreOf(SegmentLattice x, Tensor ends, Tensor tags)
    {
        var closing = SegmentShapes.Closing(ends, x.Valid);
        tags = tags.masked_fill(closing.logical_not(), 0);
        var before = SegmentShapes.Before(closing);                       // [B, T]
        var length = (SegmentShapes.Lengths(closing) - 1).clamp(0, x.Segments.size(2) - 1);
        var own = x.Segments.flatten(2).gather(2, (length * x.Tags + tags).unsqueeze(2)).squeeze(2);
        var steps = tags.gather(1, before.clamp(min: 0)) * x.Tags + tags;
        var taken = x.Transitions.reshape(-1).index_select(0, steps.reshape(-1)).reshape(steps.shape);
        var begun = x.Start.index_select(0, tags.reshape(-1)).reshape(steps.shape);
        var each = (own + where(before < 0, begun, taken)).masked_fill(closing.logical_not(), 0);
        var final = tags.gather(1, x.LastPlace.unsqueeze(1)).squeeze(1);
        return each.sum([1]) + x.End.index_select(0, final).masked_fill(x.Any.logical_not(), 0);
    }
}
