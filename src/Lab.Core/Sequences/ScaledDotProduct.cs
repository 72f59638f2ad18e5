using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>Attention: a query looks at all keys, and gets a mean of the values that belong to them.</summary>
public static partial class Attention
{
    /// <summary>Attention whose scores are dot products of queries and keys.</summary>
    /// <remarks>
    /// <para>Formula: <c>w[t] = softmax_s(q[t]·k[s] / √D)</c>, <c>c[t] = Σ w[t, s]·v[s]</c>. Dot products of D independent numbers
    /// of variance 1 have variance D; the root brings it back to 1, where the softmax still has a gradient.</para>
    /// <para>Gradient: into the values, <c>w[t, s]</c> times that of the context; into a score, the weight times how much better
    /// its value serves than the mean does. Masked places get exactly 0.</para>
    /// <para>Masking: a masked key has weight exactly 0, and what stands in a key or value that no query may see has
    /// no effect, also where it is NaN. A query that may see no key gets weights and context of 0, and no gradient; the
    /// textbook's softmax over only -∞ is NaN.</para>
    /// <para>Numerics: as <see cref="Activation.MaskedSoftmax"/>; queries are divided by √D before the product, so that
    /// half precision overflows later.</para>
    /// <para>Library op: <c>nn.functional.scaled_dot_product_attention</c>. Source: Vaswani et al. 2017, section 3.2.1.</para>
    /// </remarks>
    /// <param name="queries">q, <c>[..., T, D]</c>, floating point.</param>
    /// <param name="keys">k, <c>[..., S, D]</c> with S of 1 or more, the leading dimensions, dtype and device of
    /// <paramref name="queries"/>.</param>
    /// <param name="values">v, <c>[..., S, E]</c>, likewise.</param>
    /// <param name="mask">True = this query may see this key; boolean, of a shape that broadcasts to <c>[..., T, S]</c>.
    /// Padded keys alone: <c>[B, 1, S]</c>.</param>
    /// <returns>Context <c>[..., T, E]</c> and weights <c>[..., T, S]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static AttentionOutput ScaledDotProduct(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null)
    {
        AttentionShapes.RequireTriple(queries, keys, values, mask);

        using var scope = NewDisposeScope();
        var (q, k, v) = AttentionShapes.Silence(queries, keys, values, mask);
        return Out(Dot(q, k, v, mask));
    }

    /// <summary>The formula alone, for arguments that were checked, in the scope of the caller.</summary>
    internal static AttentionOutput Dot(Tensor queries, Tensor keys, Tensor values, Tensor? mask, double dropout = 0)
    {
        var scores = (queries / Math.Sqrt(queries.size(-1))).matmul(keys.transpose(-2, -1));    // [..., T, S]
        return Read(scores, values, mask, dropout);
    }

    /// <summary>Turns scores into weights and weights into context.</summary>
    private static AttentionOutput Read(Tensor scores, Tensor values, Tensor? mask, double dropout = 0)
    {
        var weights = mask is null ? Activation.Softmax(scores) : Activation.MaskedSoftmax(scores, mask);
        var counted = dropout == 0 ? weights : nn.functional.dropout(weights, dropout, training: true);
        return new(counted.matmul(values), weights);                                            // [..., T, E]
    }

    private static AttentionOutput Out(AttentionOutput output) =>
        new(output.Context.MoveToOuterDisposeScope(), output.Weights.MoveToOuterDisposeScope());
}
