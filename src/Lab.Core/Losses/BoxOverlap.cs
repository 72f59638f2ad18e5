using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>How unlike predicted boxes are to the true ones, by what they are judged by: the overlap.</summary>
    /// <remarks>
    /// <para>Formula: 1 less the similarity of <see cref="Boxes.Overlap"/>: GIoU loss as it stands, DIoU and CIoU on request.</para>
    /// <para>Gradient: with <see cref="BoxSimilarity.IoU"/> none where the boxes do not meet; the others pull them together. The size of the
    /// boxes makes no difference to the loss, as it does to <see cref="AbsoluteError"/> of coordinates.</para>
    /// <para>Numerics: as there. Library op: TorchVision's <c>generalized_box_iou_loss</c>, <c>distance_box_iou_loss</c>,
    /// <c>complete_box_iou_loss</c>. Sources: Rezatofighi et al. 2019; Zheng et al. 2020.</para>
    /// </remarks>
    /// <param name="predictions">Left, top, right, bottom, <c>[..., 4]</c>, floating point.</param>
    /// <param name="targets">The same shape and dtype: shapes are not broadcast.</param>
    /// <param name="similarity">Which similarity.</param>
    /// <returns>One number per box, <c>[...]</c>, 0 for equal boxes that have an area.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or similarity other than those above.</exception>
    public static Tensor BoxOverlap(Tensor predictions, Tensor targets, BoxSimilarity similarity = BoxSimilarity.Generalized)
    {
        BoxGeometry.RequireBoxes(predictions);
        RegressionShapes.RequireSame(predictions, targets);
        Boxes.RequireSimilarity(similarity);

        using var scope = NewDisposeScope();
        return (1 - Boxes.Similar(predictions, targets, similarity)).MoveToOuterDisposeScope();
    }
}
