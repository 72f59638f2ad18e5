using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>The best segmentation of each row.</summary>
/// <param name="Tags">The tag of the segment that each place is in, <c>[B, T]</c>, int64; <see cref="Crf.PaddingTag"/> at places that
/// are not valid.</param>
/// <param name="Ends">True at the last place of each segment, <c>[B, T]</c>, boolean.</param>
/// <param name="Scores"><c>[B]</c>.</param>
public sealed record BestSegmentation(Tensor Tags, Tensor Ends, Tensor Scores);

public static partial class SemiMarkov
{
    /// <summary>The segmentation of the highest score.</summary>
    /// <remarks>
    /// <para>Formula: as <see cref="SegmentLogPartition"/>, with maxima in place of log-sum-exps; then back from the best last tag,
    /// segment by segment.</para>
    /// <para>Of segmentations that score the same: the lowest last tag, then the shortest last segment, and so on from the right.
    /// No gradient.</para>
    /// <para>Where everything is forbidden, the score is -∞, all tags are <see cref="Crf.PaddingTag"/>, and nothing ends.</para>
    /// <para>Oracle: all segmentations, one by one.</para>
    /// </remarks>
    /// <inheritdoc cref="SegmentLogPartition" path="/param|/exception"/>
    /// <returns>Tags, ends and scores.</returns>
    public static BestSegmentation SegmentViterbi(
        Tensor segments, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null)
    {
        SegmentShapes.Check(segments, transitions, start, end, mask);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = SegmentLattice.Of(segments, transitions, start, end, mask);
        var (enter, best, lengths, before) = (new List<Tensor> { x.Start.expand(x.Batch, x.Tags) }, new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var t = 0; t < x.Length; t++)
        {
            var reach = x.Reach(t);
            var entered = stack([.. Enumerable.Range(0, reach).Select(l => enter[t - l])], 1);
            var (score, length) = (entered + x.EndingAt(t, reach)).max(1);                          // [B, K]
            var (onward, from) = (score.unsqueeze(2) + x.Transitions).max(1);
            best.Add(score);
            lengths.Add(length);
            enter.Add(onward);
            before.Add(from);
        }
        var last = stack(best, 1).gather(1, x.LastPlace.reshape(-1, 1, 1).expand(x.Batch, 1, x.Tags)).squeeze(1) + x.End;
        var (total, final) = last.max(1);
        total = total.masked_fill(x.Any.logical_not(), 0);

        // From the right: `left` places of the current segment are still to come, then the tag before it begins.
        var (tag, left) = (final.unsqueeze(1), zeros([x.Batch, 1], ScalarType.Int64, segments.device));
        var (tags, ends) = (new List<Tensor>(), new List<Tensor>());
        for (var t = x.Length - 1; t >= 0; t--)
        {
            var (valid, isLast) = (x.Valid.narrow(1, t, 1), x.LastPlace.unsqueeze(1) == t);
            var closes = valid.logical_and(isLast.logical_or(left == 0));
            tag = where(closes.logical_and(isLast.logical_not()), before[t].gather(1, tag), tag);
            left = where(closes, lengths[t].gather(1, tag), where(valid, left - 1, left));
            tags.Add(tag);
            ends.Add(closes);
        }
        tags.Reverse();
        ends.Reverse();
        var absent = x.Valid.logical_not().logical_or(total.isneginf().unsqueeze(1));
        return new(
            cat(tags, 1).masked_fill(absent, Crf.PaddingTag).MoveToOuterDisposeScope(),
            cat(ends, 1).logical_and(absent.logical_not()).MoveToOuterDisposeScope(),
            total.to(segments.dtype).MoveToOuterDisposeScope());
    }
}
