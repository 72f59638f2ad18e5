using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>A probability distribution over the entries along one dimension.</summary>
    /// <remarks>
    /// <para>Formula: <c>p[k] = exp(z[k] / τ) / Σ exp(z[j] / τ)</c>, unchanged when a constant is added to every z.</para>
    /// <para>Gradient: <c>∂p[k]/∂z[j] = p[k]·((k = j) - p[j]) / τ</c>.</para>
    /// <para>Numerics: the maximum is subtracted first, row by row, so the largest exponent is 0. A logit of -∞ gives
    /// probability 0; a row of only -∞ has no distribution and gives NaN, as in the library.</para>
    /// <para>Library op: <c>nn.functional.softmax</c> of <c>z / τ</c>.</para>
    /// </remarks>
    /// <param name="logits">Any shape of rank 1 or more, floating point.</param>
    /// <param name="dim">The dimension that becomes a distribution; negative counts from the end.</param>
    /// <param name="temperature">τ, positive: towards 0 all mass goes to the maximum, towards ∞ it spreads evenly.</param>
    /// <returns>Probabilities that sum to 1 along <paramref name="dim"/>, the shape of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException">Not floating point, no such dimension, nothing along it, or a temperature
    /// that is not positive.</exception>
    public static Tensor Softmax(Tensor logits, long dim = -1, double temperature = 1)
    {
        Require.FloatingPoint(logits);
        dim = Require.Dimension(dim, logits);
        Require.NotEmptyAlong(dim, logits);
        Require.Positive(temperature);

        using var scope = NewDisposeScope();
        var max = logits.detach().amax([dim], keepdim: true);
        var unnormalised = ((logits - max) / temperature).exp();          // in [0, 1], and 1 at the maximum
        var probabilities = unnormalised / unnormalised.sum(dim, keepdim: true);
        return probabilities.MoveToOuterDisposeScope();
    }
}
