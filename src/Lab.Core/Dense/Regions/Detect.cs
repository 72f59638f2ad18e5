using Lab.Core.Activations;
using Lab.Core.Runtime;
using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

/// <summary>What was found in an image, surest first, without a gradient.</summary>
/// <param name="Boxes">Left, top, right, bottom, inside the image, <c>[D, 4]</c>.</param>
/// <param name="Labels">Class indices in [0, K), <c>[D]</c>, int64.</param>
/// <param name="Scores">Probabilities of these classes, <c>[D]</c>.</param>
/// <param name="Regions">From which region each was made, <c>[D]</c>, int64.</param>
public sealed record RegionDetections(Tensor Boxes, Tensor Labels, Tensor Scores, Tensor Regions);

public static partial class Region
{
    /// <summary>Boxes, labels and scores from what a box head says of an image's regions.</summary>
    /// <remarks>
    /// <para>Rule: each region makes a box for every class, by that class's deltas, with the class's softmax probability as score. Those with a score
    /// of <paramref name="leastScore"/> or less go, and those without area after being cut to the image. Non-maximum suppression within
    /// each class removes what overlaps a surer one by more than <paramref name="overlap"/>; the <paramref name="most"/> surest are left.</para>
    /// <para>One region may become two objects of different classes: classes do not suppress each other.</para>
    /// <para>Gradient: none. Conventions: those of torchvision and Detectron2; background is the last class. Oracle: region by region, in plain
    /// doubles. Source: Girshick 2015.</para>
    /// </remarks>
    /// <param name="logits"><c>[R, K + 1]</c>, floating point, background last, not NaN.</param>
    /// <param name="deltas"><c>[R, K, 4]</c>, of the dtype of <paramref name="logits"/>.</param>
    /// <param name="regions">The regions that were looked at, <c>[R, 4]</c>, of the dtype of <paramref name="logits"/>.</param>
    /// <param name="height">The image's height, positive.</param>
    /// <param name="width">The image's width, positive.</param>
    /// <param name="leastScore">In [0, 1).</param>
    /// <param name="overlap">The IoU up to which two boxes are two objects, in [0, 1].</param>
    /// <param name="most">How many at most, positive.</param>
    /// <param name="placeScale">As the deltas were made with, positive.</param>
    /// <param name="sizeScale">As the deltas were made with, positive.</param>
    /// <returns>At most <paramref name="most"/> objects.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static RegionDetections Detect(
        Tensor logits, Tensor deltas, Tensor regions, long height, long width, double leastScore = 0.05, double overlap = 0.5, long most = 100,
        double placeScale = 10, double sizeScale = 5)
    {
        Require.FloatingPoint(logits);
        if (logits.shape is not [var R, > 1 and var outputs])
            throw Require.BadShape(logits, "[R, K + 1] with K >= 1");
        var K = outputs - 1;
        Require.FloatingPoint(deltas);
        Require.SameDtype(deltas, logits);
        Require.Shape(deltas, [R, K, 4]);
        Require.SameDevice(deltas, logits);
        BoxShapes.RequireBoxes(regions);
        Require.SameDtype(regions, logits);
        Require.Shape(regions, [R, 4]);
        Require.SameDevice(regions, logits);
        BoxShapes.RequireSize(height, width);
        Require.Fraction(leastScore);
        if (overlap is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "Must be in [0, 1].");
        Require.Positive(most);
        Require.Positive(placeScale);
        Require.Positive(sizeScale);

        using var scope = NewDisposeScope();
        var all = Activation.Softmax(logits.detach(), 1).narrow(1, 0, K).reshape(-1);           // [R·K]
        var boxes = ClipBoxes(DecodeBoxes(deltas.detach(), regions.detach().unsqueeze(1), placeScale, sizeScale), height, width).reshape(-1, 4);
        var kept = (all > leastScore).logical_and((boxes[.., 2..] > boxes[.., ..2]).all(1)).nonzero().squeeze(1);
        (boxes, var scores, var labels) = (boxes.index_select(0, kept), all.index_select(0, kept), kept.remainder(K));
        var left = Boxes.NonMaximumSuppression(boxes, scores, overlap, labels);
        left = left.narrow(0, 0, Math.Min(most, left.size(0)));
        return new(
            boxes.index_select(0, left).MoveToOuterDisposeScope(), labels.index_select(0, left).MoveToOuterDisposeScope(),
            scores.index_select(0, left).MoveToOuterDisposeScope(),
            kept.index_select(0, left).div(K, RoundingMode.floor).MoveToOuterDisposeScope());
    }
}
