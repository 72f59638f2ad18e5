using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>Checks that losses of regions share, and how they go from regions to one number per image.</summary>
internal static class RegionShapes
{
    public static void RequireChoices(RegionClasses classes, RegionScope scope)
    {
        if (!Enum.IsDefined(classes))
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Must be Present or All.");
        if (!Enum.IsDefined(scope))
            throw new ArgumentOutOfRangeException(nameof(scope), scope, "Must be Image or Batch.");
    }

    /// <summary>Without smoothing, an absent class costs 1 for a trace of it and 0 for none: a step, and no slope.</summary>
    public static void RequireSmoothing(
        double smoothing, RegionClasses classes, [CallerArgumentExpression(nameof(smoothing))] string? name = null)
    {
        Require.NotNegative(smoothing, name);
        if (smoothing == 0 && classes == RegionClasses.All)
            throw new ArgumentOutOfRangeException(
                name, smoothing, "Must be positive where all classes count: what is seen of an absent one would cost 1, much or little.");
    }

    /// <summary>Labels are one number in [0, 1] per logit; a mask says where they count, per logit or per pixel.</summary>
    public static void RequireLabels(
        Tensor logits, Tensor targets, Tensor? mask, [CallerArgumentExpression(nameof(mask))] string? maskName = null)
    {
        Require.FloatingPoint(logits);
        if (logits.dim() < 2)
            throw Require.BadShape(logits, "[B, L, ...]");
        Require.SameDtype(targets, logits);
        Require.Shape(targets, logits.shape);
        Require.SameDevice(targets, logits);
        RequireMask(mask, logits, maskName);
        RequireProbabilities(targets, mask);
    }

    /// <summary>A mask broadcasts to the logits: <c>[B, 1, H, W]</c> leaves out pixels, <c>[B, L, H, W]</c> labels of pixels.</summary>
    public static void RequireMask(
        Tensor? mask, Tensor logits, [CallerArgumentExpression(nameof(mask))] string? maskName = null)
    {
        if (mask is null)
            return;
        Require.Mask(mask, maskName);
        Require.BroadcastsTo(mask, logits, maskName, nameof(logits));
        Require.SameDevice(mask, logits, maskName, nameof(logits));
    }

    /// <summary>Targets must lie in [0, 1] where the mask lets them count.</summary>
    public static void RequireProbabilities(Tensor targets, Tensor? mask)
    {
        if (mask is null)
        {
            Require.Probabilities(targets);
            return;
        }
        using var scope = NewDisposeScope();
        var counted = targets.detach().masked_fill(mask.logical_not(), 0);
        Require.Probabilities(counted, nameof(targets));
    }

    /// <summary>The sums of one image per row, <c>[3, B, K]</c>, or of all images as one, <c>[3, 1, K]</c>.</summary>
    public static Tensor Gather(Tensor counts, RegionScope scope) =>
        scope == RegionScope.Batch ? counts.sum(1, keepdim: true) : counts;

    /// <summary>
    /// The mean over the classes: from <c>[B, K]</c> losses to <c>[B]</c>, or from <c>[1, K]</c> of the whole batch to a scalar.
    /// How often a class is there comes in the same shape.
    /// </summary>
    public static Tensor Mean(Tensor losses, Tensor present, RegionClasses classes, RegionScope scope)
    {
        var mean = losses.mean([1]);
        if (classes == RegionClasses.Present)
        {
            var counted = present > 0;
            mean = losses.masked_fill(counted.logical_not(), 0).sum(1) / counted.sum(1).clamp(min: 1);
        }
        return scope == RegionScope.Batch ? mean.squeeze(0) : mean;
    }
}
