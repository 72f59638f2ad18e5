using Lab.Core.Activations;
using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>σ(40) is 1 to double precision: a margin below -40 leaves the focal factor at 1.</summary>
    private const double SurelyMissed = -40;

    /// <summary>Focal loss: cross-entropy that turns away from examples that are already right.</summary>
    /// <remarks>
    /// <para>Formula: <c>-α[y]·(1 - p[y])^γ·log p[y]</c> with <c>p = softmax(z)</c>. With γ = 0 it is
    /// <see cref="CrossEntropy"/>. With the margin <c>m = z[y] - logsumexp(z[k], k ≠ y)</c> it is
    /// <c>-α[y]·σ(-m)^γ·log σ(m)</c>, which is what is computed.</para>
    /// <para>Gradient: <c>α[y]·(1 - p[y])^γ·(γ·p[y]·log p[y] - (1 - p[y]))</c> at the true class; minus that, shared out in
    /// proportion to their probabilities, at the others. Every row sums to 0.</para>
    /// <para>Numerics: <c>1 - p</c> is never formed by subtraction, and its power is an exponential, so a sure and right
    /// example has gradient 0; the textbook formula gives NaN there for γ &lt; 1 (γ = 0.5 at logits [60, 0]). A logit of -∞
    /// is a class that cannot be: as the target it costs +∞; a row of only -∞ gives NaN, as with cross-entropy.</para>
    /// <para>Ignored targets give loss 0 and gradient 0, whatever their logits are.</para>
    /// <para>Oracle: value and gradient in closed form, in plain doubles. Source: Lin et al. 2017, section 3; α by the number
    /// of examples: <see cref="ClassBalancedWeights"/>.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="gamma">γ, not negative: the larger, the less an example counts that is nearly right.</param>
    /// <param name="alpha">α, one factor per class, <c>[K]</c>; none means 1.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Nats per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or γ other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor Focal(
        Tensor logits, Tensor targets, double gamma = 2, Tensor? alpha = null, long ignoreIndex = DefaultIgnoreIndex)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, alpha, ignoreIndex);
        Require.NotNegative(gamma);

        using var scope = NewDisposeScope();
        var losses = Forms.KernelTakes(logits, dim: 1)
            ? FocalKernel.Of(logits, targets, gamma, ignoreIndex)
            : UnweightedFocal(logits, targets, gamma, ignoreIndex);
        if (alpha is not null)
        {
            var ignored = targets == ignoreIndex;                         // [B, ...]
            losses = (alpha[TensorIndex.Tensor(targets.masked_fill(ignored, 0))] * losses).masked_fill(ignored, 0);
        }
        return losses.MoveToOuterDisposeScope();
    }

    /// <summary>With α = 1.</summary>
    private static Tensor UnweightedFocal(Tensor logits, Tensor targets, double gamma, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;                             // [B, ...]
        var index = targets.masked_fill(ignored, 0);
        var margins = Margins(logits.masked_fill(ignored.unsqueeze(1), 0), index.unsqueeze(1));
        var losses = -Activation.LogSigmoid(margins);
        if (gamma > 0)                                                    // 0 · -∞ would be NaN
            losses = losses * (gamma * Activation.LogSigmoid(-margins.clamp(min: SurelyMissed))).exp();
        return losses.masked_fill(ignored, 0);
    }

    /// <summary>The logit of being right, <c>log p[y] - log(1 - p[y])</c>, for each example: +∞ where there is one class.</summary>
    private static Tensor Margins(Tensor logits, Tensor index)
    {
        var shifted = logits - logits.detach().amax([1], keepdim: true);
        var others = shifted.scatter(1, index, full_like(index, double.NegativeInfinity, dtype: logits.dtype));
        return (shifted.gather(1, index) - Activation.LogSumExp(others, 1, keepdim: true)).squeeze(1);
    }
}
