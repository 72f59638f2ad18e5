using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>The shape dialect of segmentations: segments <c>[B, T, L, K]</c>, ends and tags <c>[B, T]</c>.</summary>
internal static class SegmentShapes
{
    public static void Check(Tensor segments, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask)
    {
        Require.FloatingPoint(segments);
        if (segments.shape is not [_, > 0, > 0, > 0 and var tags])
            throw Require.BadShape(segments, "[B, T, L, K] with T, L and K >= 1");
        ChainShapes.Scores(transitions, [tags, tags], segments);
        if (start is not null)
            ChainShapes.Scores(start, [tags], segments);
        if (end is not null)
            ChainShapes.Scores(end, [tags], segments);
        if (mask is not null)
            ChainShapes.PrefixMask(mask, segments);
    }

    /// <summary>Ends and tags of a segmentation: looked at on the CPU only.</summary>
    public static void Segmentation(Tensor ends, Tensor tags, Tensor segments, Tensor? mask)
    {
        ChainShapes.Mask(ends, segments);
        ArgumentNullException.ThrowIfNull(tags);
        using var scope = NewDisposeScope();
        var closing = Closing(ends, mask ?? ones_like(ends));
        ChainShapes.Tags(tags, segments.select(2, 0), closing);
        if (ends.device_type != DeviceType.CPU || ends.numel() == 0)
            return;
        var longest = (Lengths(closing) * closing).max().ToInt64();
        if (longest > segments.size(2))
            throw new ArgumentException($"ends must make segments of at most {segments.size(2)} places, got one of {longest}.", nameof(ends));
    }

    /// <summary>Where segments end: where it is said, and at the last valid place of each row.</summary>
    public static Tensor Closing(Tensor ends, Tensor valid)
    {
        var after = cat([valid.narrow(1, 1, valid.size(1) - 1), zeros([valid.size(0), 1], ScalarType.Bool, valid.device)], 1);
        return ends.logical_or(after.logical_not()).logical_and(valid);
    }

    /// <summary>At each end the length of its segment, <c>[B, T]</c>: places since the end before.</summary>
    public static Tensor Lengths(Tensor ends)
    {
        var place = arange(ends.size(1), device: ends.device).expand(ends.shape);
        return place - Before(ends);
    }

    /// <summary>The place of the last end before each place, -1 where there is none, <c>[B, T]</c>.</summary>
    public static Tensor Before(Tensor ends)
    {
        var place = arange(ends.size(1), device: ends.device).expand(ends.shape);
        var latest = place.masked_fill(ends.logical_not(), -1).cummax(1).values;
        var none = full([ends.size(0), 1], -1, ScalarType.Int64, ends.device);
        return cat([none, latest.narrow(1, 0, ends.size(1) - 1)], 1);
    }
}
