using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>Losses in nats, to be minimised, one value per example: the caller reduces.</summary>
public static partial class Loss
{
    /// <summary>The index of a target that counts nowhere: neither in the value nor in the gradient.</summary>
    public const long DefaultIgnoreIndex = -100;

    /// <summary>How surprising the true class is, given log-probabilities.</summary>
    /// <remarks>
    /// <para>Formula: <c>-w[y]·log p[y]</c>; 0 where the target is ignored.</para>
    /// <para>Gradient: <c>-w[y]</c> at the true class, 0 elsewhere.</para>
    /// <para>Numerics: nothing is computed, only picked. Whatever stands in an ignored row, NaN too, has no effect.
    /// A class of weight 0 costs nothing, also where its logarithm is -∞. Values that are no log-probabilities are not noticed: give logits to <see cref="CrossEntropy"/> instead.</para>
    /// <para>Library op: <c>nn.functional.nll_loss</c>, unreduced.</para>
    /// </remarks>
    /// <param name="logProbs">Log-probabilities, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="weight">w, one factor per class, <c>[K]</c>, a constant: no gradient flows into it; none means 1.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Nats per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor NegativeLogLikelihood(
        Tensor logProbs, Tensor targets, Tensor? weight = null, long ignoreIndex = DefaultIgnoreIndex)
    {
        Require.FloatingPoint(logProbs);
        ClassShapes.RequireIndices(logProbs, targets, weight, ignoreIndex);

        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;                             // [B, ...]
        var index = targets.masked_fill(ignored, 0);
        var picked = logProbs.gather(1, index.unsqueeze(1)).squeeze(1).masked_fill(ignored, 0);
        var losses = -picked;
        if (weight is not null)
        {
            var factors = weight.detach()[TensorIndex.Tensor(index)];     // [B, ...]
            losses = factors * losses.masked_fill(factors == 0, 0);       // 0 · ∞ would be NaN
        }
        return losses.MoveToOuterDisposeScope();                          // [B, ...]
    }
}
