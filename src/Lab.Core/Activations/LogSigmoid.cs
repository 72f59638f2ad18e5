using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>The logarithm of the sigmoid, without the underflow of taking the two one after the other.</summary>
    /// <remarks>
    /// <para>Formula: <c>log σ(z) = min(z, 0) - log(1 + exp(-|z|))</c>.</para>
    /// <para>Gradient: <c>1 - σ(z) = σ(-z)</c>.</para>
    /// <para>Numerics: exact to rounding for any z; <c>log(sigmoid(z))</c> is -∞ from z = -104 on in float32.
    /// -∞ gives -∞ with gradient 1, and +∞ gives 0 with gradient 0.</para>
    /// <para>Library op: <c>nn.functional.logsigmoid</c>.</para>
    /// </remarks>
    /// <param name="logits">Any shape, floating point.</param>
    /// <returns>Log-probabilities in nats, <c>≤ 0</c>, the shape of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is not floating point.</exception>
    public static Tensor LogSigmoid(Tensor logits)
    {
        Require.FloatingPoint(logits);

        using var scope = NewDisposeScope();
        var positive = logits >= 0;
        var decay = NegativeMagnitude(logits, positive).exp();            // exp(-|z|), in (0, 1]
        var logProbs = logits.masked_fill(positive, 0) - decay.log1p();
        return logProbs.MoveToOuterDisposeScope();
    }
}
