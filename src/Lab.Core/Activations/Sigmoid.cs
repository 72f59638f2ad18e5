using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

/// <summary>
/// What is applied to the output of a layer, to probabilities, log-probabilities, unit vectors or pooled units: written by
/// hand from tensor primitives.
/// </summary>
public static partial class Activation
{
    /// <summary>The probability of "yes" for each logit by itself.</summary>
    /// <remarks>
    /// <para>Formula: <c>σ(z) = 1 / (1 + exp(-z)) = exp(z) / (1 + exp(z))</c>: a softmax over the pair <c>(z, 0)</c>.</para>
    /// <para>Gradient: <c>σ(z)·(1 - σ(z))</c>.</para>
    /// <para>Numerics: of the two forms, each logit takes the one whose exponent is not positive, so nothing overflows;
    /// ±∞ give 1 and 0, with gradient 0.</para>
    /// <para>Library op: <c>torch.sigmoid</c>.</para>
    /// </remarks>
    /// <param name="logits">Any shape, floating point.</param>
    /// <returns>Probabilities in <c>[0, 1]</c>, the shape of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is not floating point.</exception>
    public static Tensor Sigmoid(Tensor logits)
    {
        Require.FloatingPoint(logits);

        using var scope = NewDisposeScope();
        var positive = logits >= 0;
        var decay = NegativeMagnitude(logits, positive).exp();            // exp(-|z|), in (0, 1]
        var probabilities = where(positive, 1 / (1 + decay), decay / (1 + decay));
        return probabilities.MoveToOuterDisposeScope();
    }

    /// <summary>-|z|, with slope -1 at z = 0 too, where that of <c>abs</c> is 0 and would lose the gradient.</summary>
    private static Tensor NegativeMagnitude(Tensor z, Tensor positive) => where(positive, -z, z);
}
