using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Entropy of the softmax of logits: how undecided the model is.</summary>
    /// <remarks>
    /// <para>Formula: <c>H(p) = -Σ p[k]·log p[k]</c> with <c>p = softmax(z)</c>; from 0, where one class has all mass, to
    /// <c>log K</c>, where all have the same.</para>
    /// <para>Gradient: <c>-p[k]·(log p[k] + H)</c>; every row sums to 0.</para>
    /// <para>Numerics: from log-probabilities, so that nothing overflows and p·log p is 0 where p underflows. A logit of -∞ is
    /// a class that is not there.</para>
    /// <para>Oracle: value and gradient in closed form, in plain doubles.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <returns>Nats per example, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor Entropy(Tensor logits)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireScores(logits);

        using var scope = NewDisposeScope();
        var logProbs = Activation.LogSoftmax(logits, 1);                  // [B, K, ...]
        var terms = logProbs.exp() * logProbs.masked_fill(logProbs.isneginf(), 0);
        return (-terms.sum(1)).MoveToOuterDisposeScope();
    }
}
