using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>The logarithm of a sum of exponentials: a smooth maximum, and the log partition of a softmax.</summary>
    /// <remarks>
    /// <para>Formula: <c>log Z = log Σ exp(z[k]) = m + log Σ exp(z[k] - m)</c> for any m; here <c>m = max z</c>.</para>
    /// <para>Gradient: <c>softmax(z)</c>.</para>
    /// <para>Numerics: the largest exponent is 0, so nothing overflows and the sum is at least 1. A row with a +∞ gives
    /// +∞; a row of only -∞ (an empty sum) gives -∞, with gradient 0 where the library's is NaN.</para>
    /// <para>Library op: <c>torch.logsumexp</c>.</para>
    /// </remarks>
    /// <param name="logits">Any shape of rank 1 or more, floating point.</param>
    /// <param name="dim">The dimension to sum over; negative counts from the end.</param>
    /// <param name="keepdim">Whether the summed dimension stays, with size 1.</param>
    /// <returns>Nats, the shape of <paramref name="logits"/> without dimension <paramref name="dim"/>.</returns>
    /// <exception cref="ArgumentException">Not floating point, no such dimension, or nothing along it.</exception>
    public static Tensor LogSumExp(Tensor logits, long dim = -1, bool keepdim = false)
    {
        Require.FloatingPoint(logits);
        dim = Require.Dimension(dim, logits);
        Require.NotEmptyAlong(dim, logits);

        using var scope = NewDisposeScope();
        var max = logits.detach().amax([dim], keepdim: true);
        var empty = max.isneginf();                                       // exp(-∞) = 0 everywhere: a sum of nothing
        var shift = max.masked_fill(max.isinf(), 0);
        var sum = (logits.masked_fill(empty, 0) - shift).exp().sum(dim, keepdim: true);
        var logPartition = (sum.log() + shift).masked_fill(empty, double.NegativeInfinity);
        return (keepdim ? logPartition : logPartition.squeeze(dim)).MoveToOuterDisposeScope();
    }
}
