using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>Losses and matchings of graphs.</summary>
public static partial class Graph
{
    /// <summary>Cross-entropy of a graph's edges, each pair of nodes counted once.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ over pairs i &lt; j of valid nodes: -log softmax((z[i, j] + z[j, i]) / 2)[e[i, j]]</c>. The sum over all
    /// entries of the adjacency would count each edge twice, and the diagonal besides.</para>
    /// <para>Gradient: <c>(softmax - onehot) / 2</c> at both places of a pair; 0 on the diagonal and at padded nodes.</para>
    /// <para>Numerics: as cross-entropy. A logit of -∞ means "never": +∞ where it is the right one.</para>
    /// <para>Renumbering the nodes of logits and targets together changes nothing. Library op: <c>cross_entropy</c>, pair by pair.</para>
    /// </remarks>
    /// <param name="logits">Raw logits of each pair's edge types, <c>[B, N, N, E]</c>, floating point; made symmetric by the mean.</param>
    /// <param name="edges">The right types, <c>[B, N, N]</c>, int64 in [0, E), symmetric, 0 on the diagonal.</param>
    /// <param name="mask">True where there is a node, <c>[B, N]</c>, boolean; null means everywhere. What stands at other nodes is not
    /// looked at.</param>
    /// <returns>Nats per graph, <c>[B]</c>: a sum over its pairs, so that it can be added to a loss of the nodes.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above; or (on the CPU) edges outside the range, not
    /// symmetric, or from a node to itself.</exception>
    public static Tensor EdgeCrossEntropy(Tensor logits, Tensor edges, Tensor? mask = null)
    {
        GraphShapes.EdgeLogits(logits);
        GraphShapes.Mask(mask, logits);
        GraphShapes.Edges(edges, logits, logits.size(3), mask);

        using var scope = NewDisposeScope();
        var pairs = GraphShapes.PairsOnce(logits.size(1), mask, logits.device).expand(edges.shape);
        var z = where(pairs.unsqueeze(3), (logits + logits.transpose(1, 2)) / 2, zeros_like(logits));
        var right = edges.masked_fill(pairs.logical_not(), 0).unsqueeze(3);
        var losses = z.logsumexp(3) - z.gather(3, right).squeeze(3);                 // [B, N, N]
        return where(pairs, losses, zeros_like(losses)).sum([1, 2]).MoveToOuterDisposeScope();
    }
}
