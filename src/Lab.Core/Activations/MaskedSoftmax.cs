using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

public static partial class Activation
{
    /// <summary>A probability distribution over those entries along one dimension that a mask allows.</summary>
    /// <remarks>
    /// <para>Formula: <c>p[k] = m[k]·exp(z[k]) / Σ m[j]·exp(z[j])</c>; all 0 where nothing is allowed.</para>
    /// <para>Gradient: <c>∂p[k]/∂z[j] = p[k]·((k = j) - p[j])</c>: exactly 0 in masked entries, and in the whole row where
    /// nothing is allowed.</para>
    /// <para>Numerics: the largest allowed logit is subtracted first. What stands in masked places has no effect, also
    /// where it is NaN or ∞; adding -10⁹ there, as is often done, is no mask for logits of 1e10. A row whose allowed
    /// logits are all -∞ counts as one where nothing is allowed.</para>
    /// <para>Library op: <c>nn.functional.softmax</c> of logits filled with -∞, which is NaN where nothing is allowed.</para>
    /// </remarks>
    /// <param name="logits">z, any shape of rank 1 or more, floating point.</param>
    /// <param name="mask">m, true = allowed, boolean, of a shape that broadcasts to that of <paramref name="logits"/>.</param>
    /// <param name="dim">The dimension that becomes a distribution; negative counts from the end.</param>
    /// <returns>Probabilities that sum to 1 along <paramref name="dim"/>, or 0 where nothing is allowed; the shape of
    /// <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException">Logits that are not floating point or empty along the dimension, no such
    /// dimension, or a mask of another dtype, shape or device.</exception>
    public static Tensor MaskedSoftmax(Tensor logits, Tensor mask, long dim = -1)
    {
        Require.FloatingPoint(logits);
        ArgumentNullException.ThrowIfNull(mask);
        dim = Require.Dimension(dim, logits);
        Require.NotEmptyAlong(dim, logits);
        Require.Mask(mask);
        Require.BroadcastsTo(mask, logits);
        Require.SameDevice(mask, logits);

        using var scope = NewDisposeScope();
        var allowed = logits.masked_fill(mask.logical_not(), double.NegativeInfinity);
        var max = allowed.detach().amax([dim], keepdim: true);
        var unnormalised = (allowed - max.masked_fill(max.isneginf(), 0)).exp();  // in [0, 1], and 1 at the maximum
        var total = unnormalised.sum(dim, keepdim: true);
        var probabilities = unnormalised / total.masked_fill(total == 0, 1);
        return probabilities.MoveToOuterDisposeScope();
    }
}
