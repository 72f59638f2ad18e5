using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Models;

/// <summary>Sizes and thresholds of a <see cref="MaskRcnn"/>; as they stand, those for photographs of about 800x1300 pixels.</summary>
public sealed record MaskRcnnOptions
{
    /// <summary>Channels of the pyramid, positive.</summary>
    public long Width { get; init; } = 256;

    /// <summary>Width of the box head, positive.</summary>
    public long Hidden { get; init; } = 1024;

    /// <summary>Channels of the mask head, positive.</summary>
    public long MaskWidth { get; init; } = 256;

    /// <summary>Roots of anchors' areas, one for each of the five maps from stride 4 to 64, in pixels, positive.</summary>
    public IReadOnlyList<double> AnchorSizes { get; init; } = [32, 64, 128, 256, 512];

    /// <summary>Anchors' heights over widths, positive.</summary>
    public IReadOnlyList<double> AnchorRatios { get; init; } = [0.5, 1, 2];

    /// <summary>Proposals of each map before suppression, positive.</summary>
    public long ProposalsBefore { get; init; } = 1000;

    /// <summary>Proposals of an image after it, positive.</summary>
    public long ProposalsAfter { get; init; } = 1000;

    /// <summary>Anchors of an image to learn from, half of them objects at most, positive.</summary>
    public long AnchorSample { get; init; } = 256;

    /// <summary>Regions of an image to learn from, a quarter of them objects at most, positive.</summary>
    public long RegionSample { get; init; } = 512;

    /// <summary>Sides of the grid that the box head reads, positive.</summary>
    public long BoxGrid { get; init; } = 7;

    /// <summary>Sides of the grid that the mask head reads, positive; masks have twice as many pixels along a side.</summary>
    public long MaskGrid { get; init; } = 14;

    /// <summary>The size of a box that is read at stride 16, in pixels, positive.</summary>
    public double CanonicalSize { get; init; } = 224;

    /// <summary>Below it nothing is an object, in [0, 1).</summary>
    public double LeastScore { get; init; } = 0.05;

    /// <summary>The IoU up to which two boxes of a class are two objects, in [0, 1].</summary>
    public double Overlap { get; init; } = 0.5;

    /// <summary>Objects of an image at most, positive.</summary>
    public long MostObjects { get; init; } = 100;
}

/// <summary>The objects of an image that are to be found.</summary>
/// <param name="Boxes">Left, top, right, bottom in pixels, <c>[G, 4]</c>, of positive width and height, the dtype of the images.</param>
/// <param name="Labels">Classes in [0, K), <c>[G]</c>, int64: there is no background among them, and nothing to ignore.</param>
/// <param name="Masks">Their pixels, <c>[G, H, W]</c>, boolean.</param>
public sealed record InstanceTargets(Tensor Boxes, Tensor Labels, Tensor Masks);

/// <summary>The objects that were found in an image, surest first, without a gradient.</summary>
/// <param name="Boxes">Left, top, right, bottom in pixels, <c>[D, 4]</c>.</param>
/// <param name="Labels">Classes in [0, K), <c>[D]</c>, int64.</param>
/// <param name="Scores">Their probabilities, <c>[D]</c>.</param>
/// <param name="Masks">Their pixels, <c>[D, H, W]</c>, boolean.</param>
public sealed record Instances(Tensor Boxes, Tensor Labels, Tensor Scores, Tensor Masks);

/// <summary>What a Mask R-CNN learns from: five scalars.</summary>
/// <param name="Objectness">Which anchors are objects: <see cref="Losses.Loss.RegionProposal"/>.</param>
/// <param name="Proposals">Where they are: <see cref="Losses.Loss.RegionProposal"/>.</param>
/// <param name="Classes">What a region is: <see cref="Losses.Loss.RegionBox"/>.</param>
/// <param name="Boxes">Where it is: <see cref="Losses.Loss.RegionBox"/>.</param>
/// <param name="Masks">Which of its pixels are the object's: the mean of <see cref="Losses.Loss.InstanceMask"/>.</param>
public sealed record MaskRcnnLosses(Tensor Objectness, Tensor Proposals, Tensor Classes, Tensor Boxes, Tensor Masks)
{
    /// <summary>Their sum, all with weight 1, as in the paper.</summary>
    public Tensor Total() => Objectness + Proposals + Classes + Boxes + Masks;
}

/// <summary>Checks of what instance models share.</summary>
internal static class InstanceShapes
{
    public static void RequireTargets(IReadOnlyList<InstanceTargets> targets, Tensor images, long classes)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count != images.size(0))
            throw new ArgumentException($"targets must be as many as images, {images.size(0)}, got {targets.Count}.", nameof(targets));
        foreach (var target in targets)
        {
            ArgumentNullException.ThrowIfNull(target, nameof(targets));
            Dense.Regions.BoxShapes.RequireBoxes(target.Boxes, nameof(targets));
            Dense.Regions.BoxShapes.RequireSides(target.Boxes, nameof(targets));
            Require.SameDtype(target.Boxes, images, nameof(targets), "the images");
            Require.SameDevice(target.Boxes, images, nameof(targets), "the images");
            Dense.Regions.BoxShapes.RequireLabels(target.Labels, target.Boxes.size(0), classes, nameof(targets));
            Require.SameDevice(target.Labels, images, nameof(targets), "the images");
            Require.Mask(target.Masks, nameof(targets));
            Require.Shape(target.Masks, [target.Boxes.size(0), images.size(2), images.size(3)], nameof(targets));
            Require.SameDevice(target.Masks, images, nameof(targets), "the images");
        }
    }
}
