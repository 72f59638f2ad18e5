using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Focal loss of one class against the rest, for each class: K yes-or-no questions, of which one is to be answered yes.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ SigmoidFocal(z[k], k = y)</c> over the classes. Unlike <see cref="Focal"/> it is no softmax: the classes do
    /// not compete, and all may be denied. With γ = 0 and no α it is the sum of K binary cross-entropies.</para>
    /// <para>Gradient: that of <see cref="SigmoidFocal"/>, label by label.</para>
    /// <para>Numerics: as with <see cref="SigmoidFocal"/>; logits must be finite.</para>
    /// <para>Ignored targets give loss 0 and gradient 0, whatever their logits are.</para>
    /// <para>Oracle: value and gradient in closed form, in plain doubles. Source: Lin et al. 2017, section 4.1.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="gamma">γ, not negative: the larger, the less an answer counts that is nearly right.</param>
    /// <param name="alpha">α, the factor of the true class, in <c>[0, 1]</c>; that of each other is 1 - α. None means 1 for all.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Nats per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, γ or α other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor OneVsRestFocal(
        Tensor logits, Tensor targets, double gamma = 2, double? alpha = null, long ignoreIndex = DefaultIgnoreIndex)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);
        Require.NotNegative(gamma);
        if (alpha is not (null or (>= 0 and <= 1)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Must be in [0, 1].");

        using var scope = NewDisposeScope();
        var ignored = (targets == ignoreIndex).unsqueeze(1);              // [B, 1, ...]
        var labels = zeros_like(logits).scatter(
            1, targets.unsqueeze(1).masked_fill(ignored, 0), ignored.logical_not().to(logits.dtype));
        var losses = SigmoidFocal(logits.masked_fill(ignored, 0), labels, gamma, alpha);
        return losses.sum(1).masked_fill(ignored.squeeze(1), 0).MoveToOuterDisposeScope();
    }
}
