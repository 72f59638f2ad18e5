using Lab.Core.Sets;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

public static partial class Graph
{
    private const double Forbidden = 1e12;                 // in place of +∞, so that some assignment there always is

    /// <summary>A loss of graphs that does not ask for an order: nodes are matched by linear assignment, and edges follow.</summary>
    /// <remarks>
    /// <para>Formula: slot i and target node k cost <c>CE(node logits[i], nodes[k])</c> together with what i would lose on average if it had k's
    /// edges; <see cref="Matching.LinearAssignment"/> finds the order π, and <see cref="AlignedCrossEntropy"/> is the loss. Each round of
    /// improvement assigns anew with the costs that the edges have under the order so far,
    /// <c>CE(node logits[i], nodes[k]) + Σ_j CE(edge logits[i, j], edges[k, π(j)])</c>, and is taken back where the loss does not fall.</para>
    /// <para>Never below <see cref="MatchByEnumeration"/>, and equal to it where edges do not tell orders apart. Renumbering the target changes nothing
    /// where the best assignment is the only one; of nodes that cost the same, as the atoms of a ring do, numbering decides, and the order
    /// found may be a bad one.</para>
    /// <para>Gradient: that of the loss in the order found. Numerics: costs in float64. Oracle: enumeration of all assignments. Source: Simonovsky
    /// and Komodakis 2018; rounds as in the Frank-Wolfe steps of Vogelstein et al. 2015.</para>
    /// </remarks>
    /// <param name="nodeLogits">Raw logits of each slot's type, <c>[B, N, A]</c>, floating point.</param>
    /// <param name="edgeLogits">Raw logits of each pair's type, <c>[B, N, N, E]</c>, of the same dtype; made symmetric by the mean.</param>
    /// <param name="nodes">The target's types, <c>[B, N]</c>, int64 in [0, A).</param>
    /// <param name="edges">The target's edges, <c>[B, N, N]</c>, int64 in [0, E), symmetric, 0 on the diagonal.</param>
    /// <param name="rounds">How often the order is improved, not negative.</param>
    /// <returns>The order, and the loss.</returns>
    /// <exception cref="ArgumentException">As <see cref="AlignedCrossEntropy"/>, or rounds below 0.</exception>
    public static GraphMatch MatchByAssignment(Tensor nodeLogits, Tensor edgeLogits, Tensor nodes, Tensor edges, int rounds = 0)
    {
        CheckGraphs(nodeLogits, edgeLogits, nodes, edges);
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);

        using var scope = NewDisposeScope();
        Tensor order;
        using (no_grad())
        {
            var (node, edge) = Costs(nodeLogits.detach().to(ScalarType.Float64), edgeLogits.detach().to(ScalarType.Float64));
            var (count, types) = (nodes.size(1), edge.size(3));
            var different = GraphShapes.Pairs(count, null, nodes.device);
            edge = where(different.unsqueeze(3), edge.clamp(max: Forbidden), zeros_like(edge));                         // [B, N, N, E]
            node = node.clamp(max: Forbidden).gather(2, nodes.unsqueeze(1).expand(-1, count, -1));                      // [B, slot, node]
            var numbers = (edges.unsqueeze(3) == arange(types, dtype: ScalarType.Int64, device: nodes.device))
                .logical_and(different.unsqueeze(3)).sum(2, type: ScalarType.Float64);                                  // [B, node, E]
            var profile = edge.sum(2).matmul(numbers.transpose(1, 2)) / Math.Max(count - 1, 1);
            order = Assign(node + profile);
            var cost = AlignedCrossEntropy(nodeLogits, edgeLogits, nodes, edges, order);
            for (var round = 0; round < rounds; round++)
            {
                var placed = edges.gather(2, order.unsqueeze(1).expand(edges.shape));                                   // [B, k, j]: edges[k, π(j)]
                var lost = edge.unsqueeze(2).expand(-1, -1, count, -1, -1).gather(4, placed.unsqueeze(1).expand(-1, count, -1, -1).unsqueeze(4));
                var other = Assign(node + lost.squeeze(4).sum(3));
                var loss = AlignedCrossEntropy(nodeLogits, edgeLogits, nodes, edges, other);
                order = where((loss < cost).unsqueeze(1), other, order);
                cost = minimum(loss, cost);
            }
        }
        var matched = AlignedCrossEntropy(nodeLogits, edgeLogits, nodes, edges, order);
        return new(order.MoveToOuterDisposeScope(), matched.MoveToOuterDisposeScope());
    }

    private static Tensor Assign(Tensor costs) => Matching.LinearAssignment(costs).Columns;
}
