using Lab.Core.Activations;
using Lab.Core.Kernels;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Softmax cross-entropy: how surprising the target is, given logits.</summary>
    /// <remarks>
    /// <para>Formula, for a class index y: <c>(1 - ε)·w[y]·(log Z - z[y]) + (ε/K)·Σ w[k]·(log Z - z[k])</c>, with log
    /// partition <c>log Z = logsumexp(z)</c>. For class probabilities q: <c>Σ w[k]·q'[k]·(log Z - z[k])</c> with
    /// <c>q' = (1 - ε)·q + ε/K</c>.</para>
    /// <para>Gradient, without weights: <c>softmax(z) - q'</c>; every row sums to 0.</para>
    /// <para>Numerics: safe for finite logits of any size. A logit of -∞ is a class that cannot be: it costs nothing where
    /// its target probability or its weight is 0 (0·∞ counts as 0) and +∞ where they are not, also by ε > 0. NaN stays NaN.</para>
    /// <para>Ignored targets give loss 0 and gradient 0, whatever their logits are; when all are ignored, so is the whole
    /// batch, and <see cref="WeightedMean"/> of it is 0 where the library's mean is NaN.</para>
    /// <para>Library op: <c>nn.functional.cross_entropy</c>, unreduced. Source of ε: Szegedy et al. 2016, section 7.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64; or
    /// class probabilities, the shape and dtype of <paramref name="logits"/>.</param>
    /// <param name="weight">w, one factor per class, <c>[K]</c>, a constant: no gradient flows into it; none means 1.</param>
    /// <param name="ignoreIndex">The index to leave out; not used with class probabilities.</param>
    /// <param name="smoothing">ε, the probability mass spread over all classes, in <c>[0, 1)</c>.</param>
    /// <returns>Nats per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or smoothing other than those above, or (on the CPU) an index
    /// outside.</exception>
    public static Tensor CrossEntropy(
        Tensor logits, Tensor targets, Tensor? weight = null, long ignoreIndex = DefaultIgnoreIndex, double smoothing = 0)
    {
        Require.FloatingPoint(logits);
        ArgumentNullException.ThrowIfNull(targets);
        if (smoothing is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Must be in [0, 1).");
        return targets.is_floating_point() ? AgainstProbabilities(logits, targets, weight, smoothing)
            : Forms.KernelTakes(logits, dim: 1) ? CrossEntropyKernel.Of(logits, targets, weight, ignoreIndex, smoothing)
            : AgainstIndices(logits, targets, weight, ignoreIndex, smoothing);
    }

    private static Tensor AgainstIndices(Tensor logits, Tensor targets, Tensor? weight, long ignoreIndex, double smoothing)
    {
        ClassShapes.RequireIndices(logits, targets, weight, ignoreIndex);

        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;                             // [B, ...]
        var logProbs = Activation.LogSoftmax(logits.masked_fill(ignored.unsqueeze(1), 0), 1);
        var losses = NegativeLogLikelihood(logProbs, targets, weight, ignoreIndex);
        if (smoothing > 0)                                                // 0 · -∞ would be NaN
        {
            var spread = -WeightClasses(logProbs, weight).mean([1]).masked_fill(ignored, 0);
            losses = (1 - smoothing) * losses + smoothing * spread;
        }
        return losses.MoveToOuterDisposeScope();
    }

    private static Tensor AgainstProbabilities(Tensor logits, Tensor targets, Tensor? weight, double smoothing)
    {
        var classes = ClassShapes.RequireScores(logits, weight, nameof(logits));
        Require.Shape(targets, logits.shape);
        Require.SameDtype(targets, logits);
        Require.SameDevice(targets, logits);

        using var scope = NewDisposeScope();
        var q = (1 - smoothing) * targets + smoothing / classes;          // [B, K, ...]
        var logProbs = WeightClasses(Activation.LogSoftmax(logits, 1), weight);
        var terms = q * logProbs.masked_fill(q == 0, 0);
        return (-terms.sum(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Multiplies <c>[B, K, ...]</c> by one factor per class; 0 · -∞ is 0.</summary>
    private static Tensor WeightClasses(Tensor logProbs, Tensor? weight)
    {
        if (weight is null)
            return logProbs;
        var factors = weight.detach().reshape([-1, .. Enumerable.Repeat(1L, (int)logProbs.dim() - 2)]);
        return factors * logProbs.masked_fill(factors == 0, 0);
    }
}
