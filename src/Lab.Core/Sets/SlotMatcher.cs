using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>What counts how much in matching slots with entities, and in their loss.</summary>
public sealed record SlotWeights
{
    /// <summary>Of the type.</summary>
    public double Type { get; init; } = 1;

    /// <summary>Of the start, and of the end.</summary>
    public double Boundary { get; init; } = 1;

    /// <summary>The weight of "no entity" in the cross-entropy, where most slots have none; positive.</summary>
    public double NoEntity { get; init; } = 0.2;
}

public static partial class Matching
{
    /// <summary>What it costs to give each entity to each slot.</summary>
    /// <remarks>
    /// <para>Formula: <c>-type·p[y] - boundary·(p_start[s] + p_end[e])</c>, with softmaxes over the types and over the sentence's tokens: the probabilities
    /// themselves, so that a slot which is sure of two things is not ruled out by a third.</para>
    /// <para>Gradient: none. Numerics: a masked token has probability 0, also where all are masked. 16-bit floats are computed in 32 bits. Padding costs 0,
    /// whatever stands there.</para>
    /// <para>Oracle: pair by pair, in plain doubles. Source: Sui et al. 2020 (SPN), section 3.3.</para>
    /// </remarks>
    /// <param name="output">What the slots say, <c>[B, Q, ...]</c>.</param>
    /// <param name="targets">The entities there are, <c>[B, M]</c>.</param>
    /// <param name="weights">What counts how much; null for the usual weights.</param>
    /// <returns><c>[B, Q, M]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device, type, token or weight other than those above, or (on the CPU) an entity at a
    /// token that is masked.</exception>
    public static Tensor SlotCosts(SlotOutput output, SlotTargets targets, SlotWeights? weights = null)
    {
        weights ??= new();
        SlotShapes.RequireSlots(output, targets, weights);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return CostsOf(output, targets, weights).to(output.Types.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Gives each entity a slot of its own so that the sum of the costs is least.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="LinearAssignment"/> of <see cref="SlotCosts"/>, sentence by sentence.</para>
    /// <para>Gradient: none. Numerics: a score that is NaN is refused: the network has diverged. With fewer slots than entities every slot has an
    /// entity, and some entities none: nobody learns to find them, see <see cref="SlotLosses.Missed"/>.</para>
    /// <para>Oracle: all assignments, one by one. Source: Sui et al. 2020 (SPN), section 3.3; Tan et al. 2021.</para>
    /// </remarks>
    /// <inheritdoc cref="SlotCosts" path="/param|/exception"/>
    /// <returns>The slot of each entity, <c>[B, M]</c>, int64; <see cref="Unmatched"/> in padding.</returns>
    public static Tensor SlotMatcher(SlotOutput output, SlotTargets targets, SlotWeights? weights = null)
    {
        weights ??= new();
        SlotShapes.RequireSlots(output, targets, weights);
        SlotShapes.RequireNumbers(output);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return LinearAssignment(CostsOf(output, targets, weights), targets.Counts).Rows.MoveToOuterDisposeScope();
    }

    private static Tensor CostsOf(SlotOutput output, SlotTargets targets, SlotWeights weights)
    {
        var padding = targets.Valid().logical_not();                                    // [B, M]
        var costs = -weights.Type * Said(output.Types, targets.Types)
            - weights.Boundary * (Said(output.Starts, targets.Starts) + Said(output.Ends, targets.Ends));
        return costs.masked_fill(padding.unsqueeze(1), 0);

        Tensor Said(Tensor logits, Tensor wanted)                                       // [B, Q, M]
        {
            var wide = BoxGeometry.Wide(logits);
            var at = wanted.masked_fill(padding, 0).unsqueeze(1).expand(-1, logits.size(1), -1);
            return Activation.MaskedSoftmax(wide, wide.isneginf().logical_not()).gather(2, at);
        }
    }
}
