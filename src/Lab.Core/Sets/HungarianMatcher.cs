using Lab.Core.Activations;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>How classes are put out, and what a matcher and a criterion make of them.</summary>
public enum ClassKind
{
    /// <summary>Softmax over K classes and "no object": the cost is <c>-p</c>, the loss cross-entropy (DETR).</summary>
    Softmax,

    /// <summary>A sigmoid for each of K classes: cost and loss of the focal kind (Deformable DETR, DINO).</summary>
    Focal,
}

/// <summary>What counts how much, in matching and in the loss.</summary>
public sealed record SetWeights
{
    /// <summary>Of the class.</summary>
    public double Class { get; init; } = 1;

    /// <summary>Of the L1 distance of boxes.</summary>
    public double Box { get; init; } = 5;

    /// <summary>Of the GIoU.</summary>
    public double Overlap { get; init; } = 2;

    /// <summary>How classes are put out.</summary>
    public ClassKind Kind { get; init; }

    /// <summary>The weight of "no object" in the cross-entropy, where most queries have none; positive.</summary>
    public double NoObject { get; init; } = 0.1;

    /// <summary>α of the focal kind, in (0, 1).</summary>
    public double Alpha { get; init; } = 0.25;

    /// <summary>γ of the focal kind, 0 or more.</summary>
    public double Gamma { get; init; } = 2;
}

public static partial class Matching
{
    /// <summary>What it costs to give each target to each query.</summary>
    /// <remarks>
    /// <para>Formula: <c>class·C + box·|b̂ - b|₁ - overlap·GIoU(b̂, b)</c>. <c>C = -p[y]</c> for softmax: the probability itself, as DETR has it, and not its
    /// logarithm, so that it is of the size of the other terms. For the focal kind
    /// <c>C = α(1 - p)^γ·(-log p) - (1 - α)p^γ·(-log(1 - p))</c> with <c>p = σ(z[y])</c>.</para>
    /// <para>Gradient: none; a matching is no function with one. Numerics: boxes are compared as they are put out, their overlap by corners.
    /// 16-bit floats are computed in 32 bits. Padding costs 0, whatever stands there.</para>
    /// <para>Oracle: pair by pair, in plain doubles. Sources: Carion et al. 2020, section 3.1; Zhu et al. 2021.</para>
    /// </remarks>
    /// <param name="output">What the queries say, <c>[B, Q, ...]</c>.</param>
    /// <param name="targets">What there is, <c>[B, M, ...]</c>, with boxes of the dtype of the output's.</param>
    /// <param name="weights">What counts how much; null for DETR's 1, 5 and 2.</param>
    /// <returns><c>[B, Q, M]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device, label or weight other than those above.</exception>
    public static Tensor MatchingCosts(QueryOutput output, SetTargets targets, SetWeights? weights = null)
    {
        weights ??= new();
        RequireSets(output, targets, weights);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return CostsOf(output, targets, weights).to(output.Logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Gives each target a query of its own so that the sum of the costs is least.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="LinearAssignment"/> of <see cref="MatchingCosts"/>, picture by picture.</para>
    /// <para>Gradient: none. Numerics: a cost that is NaN is refused: the network has diverged. With fewer queries than targets every query has a
    /// target, and some targets none.</para>
    /// <para>Oracle: all assignments, one by one. Source: Carion et al. 2020, section 3.1.</para>
    /// </remarks>
    /// <inheritdoc cref="MatchingCosts" path="/param|/exception"/>
    /// <returns>The query of each target, <c>[B, M]</c>, int64; <see cref="Unmatched"/> in padding.</returns>
    public static Tensor HungarianMatcher(QueryOutput output, SetTargets targets, SetWeights? weights = null)
    {
        weights ??= new();
        RequireSets(output, targets, weights);
        RequireNumbers(output.Logits, nameof(output), "logits");
        RequireNumbers(output.Boxes, nameof(output), "boxes");

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return LinearAssignment(CostsOf(output, targets, weights), targets.Counts).Rows.MoveToOuterDisposeScope();
    }

    private static Tensor CostsOf(QueryOutput output, SetTargets targets, SetWeights weights)
    {
        var valid = targets.Valid();
        var (labels, boxes) = (targets.Labels.masked_fill(valid.logical_not(), 0), targets.Boxes.masked_fill(valid.logical_not().unsqueeze(2), 0));
        (output, boxes) = (new(BoxGeometry.Wide(output.Logits), BoxGeometry.Wide(output.Boxes)), BoxGeometry.Wide(boxes));
        var costs = weights.Box * (output.Boxes.unsqueeze(2) - boxes.unsqueeze(1)).abs().sum(-1)
            - weights.Overlap * Boxes.PairwiseOverlap(Corners(output.Boxes), Corners(boxes), BoxSimilarity.Generalized);
        var classes = weights.Kind == ClassKind.Softmax ? -Activation.Softmax(output.Logits, -1) : FocalCost(output.Logits, weights);
        costs += weights.Class * classes.gather(2, labels.unsqueeze(1).expand(costs.shape));
        return costs.masked_fill(valid.logical_not().unsqueeze(1), 0);
    }

    internal static Tensor Corners(Tensor boxes) => Boxes.ConvertFormat(boxes, BoxFormat.Cxcywh, BoxFormat.Xyxy);

    private static Tensor FocalCost(Tensor logits, SetWeights weights)
    {
        var p = logits.sigmoid();
        var yes = weights.Alpha * (1 - p).pow(weights.Gamma) * -Activation.LogSigmoid(logits);
        return yes - (1 - weights.Alpha) * p.pow(weights.Gamma) * -Activation.LogSigmoid(-logits);
    }

    internal static void RequireSets(QueryOutput output, SetTargets targets, SetWeights weights)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(targets);
        Require.FloatingPoint(output.Logits, nameof(output));
        var extra = weights.Kind == ClassKind.Softmax ? 1 : 0;
        if (output.Logits.shape is not [var B, var Q, var columns] || columns <= extra)
            throw Require.BadShape(output.Logits, extra == 1 ? "[B, Q, K + 1]" : "[B, Q, K]", nameof(output));
        Require.SameDtype(output.Boxes, output.Logits, nameof(output), "the logits");
        Require.Shape(output.Boxes, [B, Q, 4], nameof(output));
        Require.SameDevice(output.Boxes, output.Logits, nameof(output), "the logits");
        Require.SameDtype(targets.Boxes, output.Boxes, nameof(targets), "the output");
        if (targets.Labels.size(0) != B)
            throw Require.BadShape(targets.Labels, $"[{B}, M]", nameof(targets));
        Require.SameDevice(targets.Labels, output.Logits, nameof(targets), "the output");
        RequireLabels(targets, columns - extra);
        if (!(weights.Class >= 0 && weights.Box >= 0 && weights.Overlap >= 0 && weights.NoObject > 0 && weights.Gamma >= 0 && weights.Alpha is > 0 and < 1)
            || !double.IsFinite(weights.Class + weights.Box + weights.Overlap + weights.NoObject + weights.Gamma))
            throw new ArgumentException($"weights must be finite, not negative, and alpha in (0, 1), got {weights}.", nameof(weights));
    }

    private static void RequireLabels(SetTargets targets, long classes)
    {
        if (targets.Labels.device_type != DeviceType.CPU || targets.Labels.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (targets.Labels < 0).logical_or(targets.Labels >= classes).logical_and(targets.Valid());
        if (outside.any().ToBoolean())
            throw new ArgumentException(
                $"Labels of targets must lie in [0, {classes}), got {targets.Labels[outside][0].ToInt64()}.", nameof(targets));
    }

    private static void RequireNumbers(Tensor tensor, string name, string what)
    {
        if (tensor.device_type != DeviceType.CPU || tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        if (tensor.isnan().any().ToBoolean())
            throw new ArgumentException($"The {what} of {name} must be numbers, got NaN: the network has diverged.", name);
    }
}
