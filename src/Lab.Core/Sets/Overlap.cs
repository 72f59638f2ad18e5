using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

public static partial class Boxes
{
    /// <summary>How alike each box is to the one at its place.</summary>
    /// <remarks>
    /// <para>Formula: <c>IoU = |A ∩ B| / |A ∪ B|</c>; <c>GIoU = IoU - (|C| - |A ∪ B|)/|C|</c> with C the smallest box around both;
    /// <c>DIoU = IoU - ρ²/c²</c> with ρ the distance of the centres and c the diagonal of C; <c>CIoU = DIoU - α·v</c> with
    /// <c>v = (4/π²)·(atan(w_B/h_B) - atan(w_A/h_A))²</c> and <c>α = v/(1 - IoU + v)</c>.</para>
    /// <para>Gradient: boxes that do not meet have none of the IoU, and move together by the others. α is a weight and has no gradient, as in the
    /// paper. At equal corners the maximum has a kink, and its slope is shared.</para>
    /// <para>Numerics: a share of nothing is 0: a box without area has IoU 0 with every box, itself too, and finite gradients; a box whose right is
    /// left of its left has no area. 16-bit floats are computed in 32 bits; areas must not overflow.</para>
    /// <para>Oracle: the formulas pair by pair. Library op: TorchVision's <c>generalized_box_iou_loss</c> and its kin. Sources:
    /// <see cref="BoxSimilarity"/>.</para>
    /// </remarks>
    /// <param name="boxes">A: left, top, right, bottom, <c>[..., 4]</c>, floating point.</param>
    /// <param name="others">B: the same shape and dtype.</param>
    /// <param name="similarity">Which of the four.</param>
    /// <returns><c>[...]</c>, of the dtype of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or similarity other than those above.</exception>
    public static Tensor Overlap(Tensor boxes, Tensor others, BoxSimilarity similarity = BoxSimilarity.IoU)
    {
        BoxGeometry.RequireBoxes(boxes);
        RegressionShapes.RequireSame(boxes, others);
        RequireSimilarity(similarity);

        using var scope = NewDisposeScope();
        return Similar(boxes, others, similarity).MoveToOuterDisposeScope();
    }

    /// <summary>How alike each box is to each other one.</summary>
    /// <remarks>
    /// <para>Formula, gradient and numerics: those of <see cref="Overlap"/>, for all pairs. The memory is that of the result, a few times.</para>
    /// <para>Oracle: the formulas pair by pair. Library op: TorchVision's <c>box_iou</c>, <c>generalized_box_iou</c> and their kin. With crowds:
    /// <see cref="Metrics.Metric.BoxOverlaps"/>.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom, <c>[..., N, 4]</c>, floating point.</param>
    /// <param name="others"><c>[..., M, 4]</c>, with the same leading dimensions and dtype.</param>
    /// <param name="similarity">Which of the four.</param>
    /// <returns><c>[..., N, M]</c>, of the dtype of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or similarity other than those above.</exception>
    public static Tensor PairwiseOverlap(Tensor boxes, Tensor others, BoxSimilarity similarity = BoxSimilarity.IoU)
    {
        BoxGeometry.RequireBoxes(boxes);
        if (boxes.shape is not [.. var lead, _, 4])
            throw Require.BadShape(boxes, "[..., N, 4]");
        Require.SameDtype(others, boxes);
        if (others.shape is not [.. var otherLead, _, 4] || !otherLead.AsSpan().SequenceEqual(lead))
            throw Require.BadShape(others, $"[{string.Concat(lead.Select(n => $"{n}, "))}M, 4]");
        Require.SameDevice(others, boxes);
        RequireSimilarity(similarity);

        using var scope = NewDisposeScope();
        return Similar(boxes.unsqueeze(-2), others.unsqueeze(-3), similarity).MoveToOuterDisposeScope();
    }

    /// <summary>Any shapes that broadcast.</summary>
    internal static Tensor Similar(Tensor boxes, Tensor others, BoxSimilarity similarity)
    {
        var (a, b) = (BoxGeometry.Wide(boxes), BoxGeometry.Wide(others));
        var (mine, theirs, common) = (BoxGeometry.Sides(a), BoxGeometry.Sides(b), BoxGeometry.Common(a, b));
        var union = BoxGeometry.Area(mine) + BoxGeometry.Area(theirs) - common;
        var overlap = BoxGeometry.Share(common, union);
        if (similarity != BoxSimilarity.IoU)
        {
            var hull = BoxGeometry.Hull(a, b);
            overlap -= similarity == BoxSimilarity.Generalized
                ? BoxGeometry.Share(BoxGeometry.Area(hull) - union, BoxGeometry.Area(hull))
                : Apart(a, b, hull) + (similarity == BoxSimilarity.Complete ? Proportion(mine, theirs, overlap) : 0);
        }
        return overlap.to(boxes.dtype);
    }

    /// <summary>ρ²/c².</summary>
    private static Tensor Apart(Tensor a, Tensor b, (Tensor Width, Tensor Height) hull)
    {
        var twice = BoxGeometry.Low(a) + BoxGeometry.High(a) - BoxGeometry.Low(b) - BoxGeometry.High(b);   // of the centres
        return BoxGeometry.Share(twice.square().sum(-1) / 4, hull.Width.square() + hull.Height.square());
    }

    /// <summary>α·v.</summary>
    private static Tensor Proportion((Tensor Width, Tensor Height) mine, (Tensor Width, Tensor Height) theirs, Tensor overlap)
    {
        var v = (Angle(theirs) - Angle(mine)).square() * (4 / (Math.PI * Math.PI));
        var alpha = BoxGeometry.Share(v, 1 - overlap + v).detach();
        return alpha * v;

        static Tensor Angle((Tensor Width, Tensor Height) sides)
        {
            var point = (sides.Width == 0).logical_and(sides.Height == 0);     // has no proportion, and atan2 there no gradient
            return atan2(sides.Width, where(point, 1, sides.Height));
        }
    }

    internal static void RequireSimilarity(BoxSimilarity similarity)
    {
        if (!Enum.IsDefined(similarity))
            throw new ArgumentException(
                $"similarity must be one of {string.Join(", ", Enum.GetNames<BoxSimilarity>())}, got {(int)similarity}.", nameof(similarity));
    }
}
