using Lab.Core.Activations;
using Lab.Core.Runtime;
using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Asks each query to find its key among all keys of the batch: cross-entropy, with vectors for classes.</summary>
    /// <remarks>
    /// <para>Formula: <c>-log softmax(cos(q[i], k[·]) / τ)[i]</c>; key i belongs to query i, the others are its negatives. Symmetric:
    /// the mean of that and of each key's search for its query.</para>
    /// <para>Gradient, in the cosines of query i: <c>(softmax - onehot(i)) / τ</c>. The smaller τ, the more the nearest wrong keys
    /// count alone.</para>
    /// <para>It mixes examples: with more keys the question is harder. Vectors that are all alike cost log N for N keys; the mutual
    /// information of queries and keys is at least log N less the mean loss, in expectation.</para>
    /// <para>Numerics: vectors are brought to length 1 here, and lengths of any size are safe; a zero vector has cosine 0.</para>
    /// <para>Library op: <c>nn.functional.cross_entropy</c> of <c>cosine_similarity</c>, entry by entry. Sources: van den Oord et
    /// al. 2018; Chen et al. 2020 (SimCLR) and Radford et al. 2021 (CLIP) for cosines and temperature.</para>
    /// </remarks>
    /// <param name="queries">q, one view of each example, <c>[B, D]</c> with D >= 1, floating point.</param>
    /// <param name="keys">k, another view, <c>[N, D]</c> with N >= B; the keys from B on are negatives for all. N = B where
    /// symmetric. The dtype of <paramref name="queries"/>.</param>
    /// <param name="temperature">τ, positive; 0.07 to 0.5 as a rule.</param>
    /// <param name="symmetric">Whether keys look for their queries too.</param>
    /// <returns>Nats per example, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or temperature other than those above.</exception>
    public static Tensor InfoNce(Tensor queries, Tensor keys, double temperature = 0.07, bool symmetric = false)
    {
        EmbeddingShapes.RequireBatch(queries);
        Require.SameDtype(keys, queries);
        var (batch, width) = (queries.size(0), queries.size(1));
        if (keys.shape is not [var count, var size] || size != width || count < batch || (symmetric && count != batch))
            throw Require.BadShape(keys, symmetric ? $"[{batch}, {width}], one key for each query" : $"[N, {width}] with N >= {batch}");
        Require.SameDevice(keys, queries);
        Require.Positive(temperature);

        using var scope = NewDisposeScope();
        if (count == 0)                                                   // nobody asks, and there is nothing to find
            return queries.sum(1).MoveToOuterDisposeScope();
        var logits = Activation.L2Normalize(queries).matmul(Activation.L2Normalize(keys).t()) / temperature;   // [B, N]
        var own = arange(batch, device: queries.device);
        var losses = CrossEntropy(logits, own);
        if (symmetric)
            losses = (losses + CrossEntropy(logits.t(), own)) / 2;
        return losses.MoveToOuterDisposeScope();
    }
}
