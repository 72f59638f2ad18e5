using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>
/// A batch of segment scores, ready for recursions: padding's scores 0, half precision widened to single. What it makes lives in
/// its caller's scope.
/// </summary>
internal sealed record SegmentLattice(Tensor Segments, Tensor Transitions, Tensor Start, Tensor End, Tensor Valid)
{
    /// <summary>B.</summary>
    public long Batch => Segments.size(0);

    /// <summary>T.</summary>
    public int Length => (int)Segments.size(1);

    /// <summary>K.</summary>
    public long Tags => Segments.size(3);

    /// <summary>Whether a row has any place at all, <c>[B]</c>.</summary>
    public Tensor Any => Valid.select(1, 0);

    /// <summary>The last valid place of each row, 0 where there is none, <c>[B]</c>.</summary>
    public Tensor LastPlace => (Valid.sum(1, type: ScalarType.Int64) - 1).clamp(min: 0);

    public static SegmentLattice Of(Tensor segments, Tensor transitions, Tensor? start, Tensor? end, Tensor? mask)
    {
        var dtype = segments.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : segments.dtype;
        Tensor Table(Tensor? scores) => scores?.to(dtype) ?? zeros([segments.size(3)], dtype, segments.device);
        var valid = mask ?? ones([segments.size(0), segments.size(1)], ScalarType.Bool, segments.device);
        var read = mask is null ? segments : segments.masked_fill(mask.logical_not().unsqueeze(2).unsqueeze(3), 0);
        return new(read.to(dtype), transitions.to(dtype), Table(start), Table(end), valid);
    }

    /// <summary>How many lengths a segment that ends at place t may have.</summary>
    public int Reach(int t) => (int)Math.Min(Segments.size(2), t + 1);

    /// <summary>Scores of segments that end at place t, <c>[B, l, K]</c>.</summary>
    public Tensor EndingAt(int t, int reach) => Segments.select(1, t).narrow(1, 0, reach);
}
