using Lab.Core.Kernels;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Keeps the k most probable tokens.</summary>
    /// <remarks>
    /// <para>Formula: a token is kept when fewer than k tokens have a greater logit, or the same and a lower index.</para>
    /// <para>Gradient: 1 where a logit is kept, 0 elsewhere.</para>
    /// <para>Numerics: nothing is computed; exactly k tokens are kept, though the last may tie with others.</para>
    /// <para>Library op: <c>topk</c> where no logits tie. Source: Fan, Lewis and Dauphin 2018.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="k">How many, at least 1; k &gt; V keeps all.</param>
    /// <returns>Logits, <c>[N, V]</c>, -∞ where a token is out.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, or k below 1.</exception>
    public static Tensor TopK(Tensor logits, long k)
    {
        Vocabulary(logits);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (KernelTakes(logits))
            return TopKKernel.Of(logits, k);

        using var scope = NewDisposeScope();
        var order = logits.sort(-1, descending: true, stable: true).Indices;  // [N, V], the best token first
        return Keep(logits, order.argsort(-1) < k).MoveToOuterDisposeScope();
    }
}
