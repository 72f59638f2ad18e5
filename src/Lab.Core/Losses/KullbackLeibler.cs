using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Kullback-Leibler divergence of a target distribution from the softmax of logits: the nats lost by believing
    /// the model.</summary>
    /// <remarks>
    /// <para>Formula: <c>KL(q ‖ p) = Σ q[k]·(log q[k] - log p[k])</c> with <c>p = softmax(z)</c>; it is cross-entropy less the
    /// entropy of q, and so 0 where p = q.</para>
    /// <para>Gradient: <c>p - q</c> in the logits, that of cross-entropy; <c>log q - log p + 1</c> in the targets, and 0 where
    /// q = 0.</para>
    /// <para>Numerics: 0·log 0 counts as 0, also against a logit of -∞; where q > 0 such a logit costs +∞. Rounding may leave
    /// a result as far below 0 as the terms are exact.</para>
    /// <para>Library op: <c>nn.functional.kl_div</c> of <c>log_softmax(z)</c>, unreduced, summed over the classes. Its
    /// <c>mean</c> divides by the number of entries, not of examples.</para>
    /// </remarks>
    /// <param name="logits">z, unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">q, probabilities that sum to 1 over the classes, the shape and dtype of <paramref name="logits"/>.</param>
    /// <returns>Nats per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) targets that are no
    /// distributions.</exception>
    public static Tensor KullbackLeibler(Tensor logits, Tensor targets)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireScores(logits);
        Require.SameDtype(targets, logits);
        Require.Shape(targets, logits.shape);
        Require.SameDevice(targets, logits);
        Require.Distributions(targets, 1);

        using var scope = NewDisposeScope();
        var absent = targets == 0;                                        // [B, K, ...]
        var logProbs = Activation.LogSoftmax(logits, 1).masked_fill(absent, 0);
        var logTargets = targets.masked_fill(absent, 1).log();
        return (targets * (logTargets - logProbs)).sum(1).MoveToOuterDisposeScope();
    }
}
