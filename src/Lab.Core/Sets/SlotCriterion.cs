using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>The parts of the loss of slots, each one number.</summary>
/// <param name="Type">Cross-entropy over all slots, <c>[]</c>.</param>
/// <param name="Start">Cross-entropy of the starts of matched slots, <c>[]</c>.</param>
/// <param name="End">That of the ends, <c>[]</c>.</param>
/// <param name="Missed">How many entities of the batch no slot was left for; without gradient, <c>[]</c>.</param>
/// <param name="Total">The first three, each by its weight, <c>[]</c>.</param>
public sealed record SlotLosses(Tensor Type, Tensor Start, Tensor End, Tensor Missed, Tensor Total);

/// <summary>The loss of a set of typed spans that slots put out.</summary>
public static class SlotCriterion
{
    /// <summary>The loss where it is known which slot answers for which entity.</summary>
    /// <remarks>
    /// <para>Formula: a matched slot's type is its entity's, all others' "no entity"; cross-entropy over all slots of the batch as a weighted mean, with
    /// <see cref="SlotWeights.NoEntity"/> for "no entity". Starts and ends: <c>Σ -log p_start[s] / n</c> and <c>Σ -log p_end[e] / n</c> over all matched
    /// pairs of the batch, with n the number of its entities, at least 1. What a slot without an entity points at does not matter.</para>
    /// <para>Gradient: that of the parts; what is matched is taken as given. Numerics: a sentence without entities, or without tokens, brings no NaN; a
    /// masked token has gradient 0.</para>
    /// <para>Oracle: slot by slot. Source: Sui et al. 2020 (SPN), section 3.3; Carion et al. 2020 for the weight.</para>
    /// </remarks>
    /// <param name="output">What the slots say.</param>
    /// <param name="targets">The entities there are.</param>
    /// <param name="slots">The slot of each entity, <c>[B, M]</c>, int64, none twice in a sentence; <see cref="Matching.Unmatched"/> for none.</param>
    /// <param name="weights">What counts how much; null for the usual weights.</param>
    /// <returns>The parts, of the dtype of the output.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above, or (on the CPU) an entity at a token that is
    /// masked.</exception>
    public static SlotLosses OfSlots(SlotOutput output, SlotTargets targets, Tensor slots, SlotWeights? weights = null)
    {
        weights ??= new();
        SlotShapes.RequireSlots(output, targets, weights);
        RequireMatch(slots, output, targets);

        using var scope = NewDisposeScope();
        var (B, Q, none) = (output.Types.size(0), output.Types.size(1), output.Types.size(2) - 1);
        var matched = targets.Valid().logical_and(slots >= 0);                          // [B, M]
        var count = targets.Counts.sum().to(output.Types.dtype).clamp(min: 1);
        var flat = matched.nonzero().select(1, 0) * Q + slots.masked_select(matched);   // slots of the batch, one after the other

        var wanted = full([B * Q], none, ScalarType.Int64, flat.device).index_copy(0, flat, targets.Types.masked_select(matched));
        var weight = ones(none + 1, output.Types.dtype, flat.device);
        weight[none] = weights.NoEntity;
        var type = Loss.CrossEntropy(output.Types.reshape(B * Q, none + 1), wanted, weight).sum()
            / (B * Q > 0 ? weight.index_select(0, wanted).sum() : 1);
        var (start, end) = (Pointed(output.Starts, targets.Starts), Pointed(output.Ends, targets.Ends));
        var missed = (targets.Counts.sum() - matched.sum()).to(type.dtype);
        var total = weights.Type * type + weights.Boundary * (start + end);
        return new(
            type.MoveToOuterDisposeScope(), start.MoveToOuterDisposeScope(), end.MoveToOuterDisposeScope(), missed.MoveToOuterDisposeScope(),
            total.MoveToOuterDisposeScope());

        // Rows are chosen before the softmax: those of a sentence without tokens would have NaN for a gradient.
        Tensor Pointed(Tensor logits, Tensor places) =>
            Loss.CrossEntropy(logits.reshape(B * Q, logits.size(2)).index_select(0, flat), places.masked_select(matched)).sum() / count;
    }

    /// <summary>The loss of all layers of a head, each matched for itself.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="OfSlots"/> by <see cref="Matching.SlotMatcher"/>, summed over the layers. How many entities were missed is the same for
    /// each.</para>
    /// <para>It does not matter in which order slots or entities stand: the value is the same, and gradients move along.</para>
    /// <para>Gradient and numerics: as there. Oracle: all assignments. Source: Sui et al. 2020 (SPN); Carion et al. 2020 for auxiliary losses.</para>
    /// </remarks>
    /// <param name="layers">What the slots say after each layer, the last last; 1 or more.</param>
    /// <param name="targets">The entities there are.</param>
    /// <param name="weights">What counts how much; null for the usual weights.</param>
    /// <returns>The parts, summed.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static SlotLosses OfSlotLayers(IReadOnlyList<SlotOutput> layers, SlotTargets targets, SlotWeights? weights = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
            throw new ArgumentException("layers must hold one output or more, got none.", nameof(layers));

        using var scope = NewDisposeScope();
        SlotLosses? sum = null;
        foreach (var layer in layers)
        {
            var losses = OfSlots(layer, targets, Matching.SlotMatcher(layer, targets, weights), weights);
            sum = sum is null ? losses : new(
                sum.Type + losses.Type, sum.Start + losses.Start, sum.End + losses.End, losses.Missed, sum.Total + losses.Total);
        }
        foreach (var part in new[] { sum!.Type, sum.Start, sum.End, sum.Missed, sum.Total })
            part.MoveToOuterDisposeScope();
        return sum;
    }

    private static void RequireMatch(Tensor slots, SlotOutput output, SlotTargets targets)
    {
        ArgumentNullException.ThrowIfNull(slots);
        if (slots.dtype != ScalarType.Int64)
            throw new ArgumentException($"slots must be of dtype Int64, got {slots.dtype}.", nameof(slots));
        Require.Shape(slots, targets.Types.shape);
        Require.SameDevice(slots, targets.Types);
        Require.Between(slots, Matching.Unmatched, output.Types.size(1) - 1);
    }
}
