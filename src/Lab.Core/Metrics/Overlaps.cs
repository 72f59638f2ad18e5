using Lab.Core.Runtime;
using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>How much each found box overlaps each true one.</summary>
    /// <remarks>
    /// <para>Formula: <c>IoU = |A ∩ B| / |A ∪ B|</c>; for a crowd B it is <c>|A ∩ B| / |A|</c>, since a found object may be any part of it.
    /// 0 where the divisor is 0.</para>
    /// <para>Gradient: none. Numerics: in float64, whatever the dtype. A box whose right is left of its left is empty.</para>
    /// <para>Without crowds, and with a gradient: <see cref="Boxes.PairwiseOverlap"/>. Oracle: side by side, in plain doubles. Source:
    /// Everingham et al. 2010; for crowds, the COCO API.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom of found boxes, <c>[D, 4]</c>, floating point.</param>
    /// <param name="trueBoxes">The same of true ones, <c>[G, 4]</c>, of the dtype of <paramref name="boxes"/>.</param>
    /// <param name="crowd">Which true ones are crowds, <c>[G]</c>, boolean; null for none.</param>
    /// <returns><c>[D, G]</c> in [0, 1], of the dtype of <paramref name="boxes"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor BoxOverlaps(Tensor boxes, Tensor trueBoxes, Tensor? crowd = null)
    {
        Require.FloatingPoint(boxes);
        if (boxes.shape is not [_, 4])
            throw Require.BadShape(boxes, "[D, 4]");
        Require.SameDtype(trueBoxes, boxes);
        if (trueBoxes.shape is not [_, 4])
            throw Require.BadShape(trueBoxes, "[G, 4]");
        Require.SameDevice(trueBoxes, boxes);
        RequireCrowd(crowd, trueBoxes);

        using var scope = NewDisposeScope();
        var (found, truth) = (boxes.detach().to(ScalarType.Float64), trueBoxes.detach().to(ScalarType.Float64));
        var common = BoxGeometry.Common(found.unsqueeze(1), truth.unsqueeze(0));             // [D, G]
        return Ratio(common, BoxGeometry.Area(found), BoxGeometry.Area(truth), crowd).to(boxes.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>How much each found mask overlaps each true one.</summary>
    /// <remarks>
    /// <para>Formula: as for <see cref="BoxOverlaps"/>, with pixels counted.</para>
    /// <para>Gradient: none. Numerics: counts are exact up to 2^53 pixels. A product of matrices: memory of the masks in float64.</para>
    /// <para>Oracle: pixel by pixel.</para>
    /// </remarks>
    /// <param name="masks">Found masks, <c>[D, H, W]</c>, boolean.</param>
    /// <param name="trueMasks">True masks, <c>[G, H, W]</c>, boolean.</param>
    /// <param name="crowd">Which true ones are crowds, <c>[G]</c>, boolean; null for none.</param>
    /// <returns><c>[D, G]</c> in [0, 1], float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor MaskOverlaps(Tensor masks, Tensor trueMasks, Tensor? crowd = null)
    {
        Require.Mask(masks);
        if (masks.shape is not [_, var H, var W])
            throw Require.BadShape(masks, "[D, H, W]");
        Require.Mask(trueMasks);
        if (trueMasks.shape is not [_, var height, var width] || height != H || width != W)
            throw Require.BadShape(trueMasks, $"[G, {H}, {W}]");
        Require.SameDevice(trueMasks, masks);
        RequireCrowd(crowd, trueMasks);

        using var scope = NewDisposeScope();
        var (found, truth) = (masks.flatten(1).to(ScalarType.Float64), trueMasks.flatten(1).to(ScalarType.Float64));
        return Ratio(found.mm(truth.t()), found.sum(1), truth.sum(1), crowd).MoveToOuterDisposeScope();
    }

    private static Tensor Ratio(Tensor common, Tensor found, Tensor truth, Tensor? crowd)
    {
        var union = found.unsqueeze(1) + truth.unsqueeze(0) - common;
        var divisor = crowd is null ? union : where(crowd, found.unsqueeze(1), union);
        return BoxGeometry.Share(common, divisor);
    }

    private static void RequireCrowd(Tensor? crowd, Tensor truth)
    {
        if (crowd is null)
            return;
        Require.Mask(crowd);
        Require.Shape(crowd, [truth.size(0)]);
        Require.SameDevice(crowd, truth, likeName: "the true ones");
    }
}
