using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

public static partial class Boxes
{
    /// <summary>Which boxes are left when each sure one has removed those that overlap it.</summary>
    /// <remarks>
    /// <para>Rule: the surest box is kept, and all that overlap it by more than the threshold go; then the surest of the rest, and so on. What is
    /// kept overlaps nothing else kept, and what is gone overlaps something surer that is kept.</para>
    /// <para>Of equal scores the first box counts as the surer. With classes, boxes remove only those of their own class; for a batch of pictures
    /// give each picture classes of its own, such as <c>picture·K + class</c>.</para>
    /// <para>Gradient: none. Numerics: overlaps in float64, whatever the dtype. One row of overlaps at a time: memory grows with N, time with N times
    /// the number kept.</para>
    /// <para>Oracle: the two sentences above, pair by pair. Library op: TorchVision's <c>nms</c>, <c>batched_nms</c>.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom, <c>[N, 4]</c>, floating point.</param>
    /// <param name="scores">How sure each is, <c>[N]</c>, floating point, not NaN.</param>
    /// <param name="threshold">The overlap (IoU) up to which two boxes are two objects, in [0, 1].</param>
    /// <param name="classes">The class of each, <c>[N]</c>, int64; null where there is one class only.</param>
    /// <returns>The places of the boxes that are left, surest first, <c>[M]</c>, int64.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static Tensor NonMaximumSuppression(Tensor boxes, Tensor scores, double threshold = 0.5, Tensor? classes = null)
    {
        RequireScored(boxes, scores, classes);
        RequireThreshold(threshold);

        using var scope = NewDisposeScope();
        var (places, all) = (scores.detach().sort(0, descending: true, stable: true).Indices, boxes.detach().to(ScalarType.Float64));
        var kept = new List<Tensor>();
        while (places.size(0) > 0)
        {
            using var step = NewDisposeScope();
            var (surest, rest) = (places.narrow(0, 0, 1), places.narrow(0, 1, places.size(0) - 1));
            var stays = (Similar(all.index_select(0, surest), all.index_select(0, rest), BoxSimilarity.IoU) > threshold).logical_not();
            if (classes is not null)
                stays = stays.logical_or(classes.index_select(0, rest) != classes.index_select(0, surest));
            kept.Add(surest.clone().MoveToOuterDisposeScope());
            places = rest.masked_select(stays).MoveToOuterDisposeScope();
        }
        return (kept.Count > 0 ? cat(kept) : places.clone()).MoveToOuterDisposeScope();
    }

    private static void RequireScored(Tensor boxes, Tensor scores, Tensor? classes)
    {
        BoxGeometry.RequireBoxes(boxes);
        if (boxes.shape is not [var N, 4])
            throw Require.BadShape(boxes, "[N, 4]");
        Require.FloatingPoint(scores);
        Require.Shape(scores, [N]);
        Require.SameDevice(scores, boxes);
        if (scores.device_type == DeviceType.CPU && N > 0)
        {
            using var scope = NewDisposeScope();
            if (scores.isnan().any().ToBoolean())
                throw new ArgumentException("scores must be numbers, got NaN.", nameof(scores));
        }
        if (classes is null)
            return;
        if (classes.dtype != ScalarType.Int64)
            throw new ArgumentException($"classes must be of dtype Int64, got {classes.dtype}.", nameof(classes));
        Require.Shape(classes, [N]);
        Require.SameDevice(classes, boxes);
    }

    private static void RequireThreshold(double threshold)
    {
        if (threshold is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be in [0, 1].");
    }
}
