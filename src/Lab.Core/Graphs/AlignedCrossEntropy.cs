using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

public static partial class Graph
{
    /// <summary>Cross-entropy of a whole graph, nodes and edges, for a given order of the target's nodes.</summary>
    /// <remarks>
    /// <para>Formula: with the order π, <c>Σ_i CE(node logits[i], nodes[π(i)]) + Σ_{i&lt;j} CE(edge logits[i, j], edges[π(i), π(j)])</c>; a pair of
    /// nodes counts once. The least value over all π is the permutation-invariant loss: see <see cref="MatchByEnumeration"/>.</para>
    /// <para>Gradient: that of the cross-entropies; the order has none.</para>
    /// <para>Library op: <c>cross_entropy</c>, after the target was put in order.</para>
    /// </remarks>
    /// <param name="nodeLogits">Raw logits of each slot's type, <c>[B, N, A]</c>, floating point.</param>
    /// <param name="edgeLogits">Raw logits of each pair's type, <c>[B, N, N, E]</c>, of the same dtype; made symmetric by the mean.</param>
    /// <param name="nodes">The target's types, <c>[B, N]</c>, int64 in [0, A). "No node" is a type like others.</param>
    /// <param name="edges">The target's edges, <c>[B, N, N]</c>, int64 in [0, E), symmetric, 0 on the diagonal.</param>
    /// <param name="order">π: which of the target's nodes each slot is to be, <c>[B, N]</c>, int64, a permutation in each row; null leaves the
    /// target as it stands.</param>
    /// <returns>Nats per graph, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above; or (on the CPU) types outside their range, edges
    /// that are not symmetric, or an order that is no permutation.</exception>
    public static Tensor AlignedCrossEntropy(Tensor nodeLogits, Tensor edgeLogits, Tensor nodes, Tensor edges, Tensor? order = null)
    {
        CheckGraphs(nodeLogits, edgeLogits, nodes, edges);
        if (order is not null)
            CheckOrder(order, nodes);

        using var scope = NewDisposeScope();
        var (types, bonds) = order is null ? (nodes, edges) : Reorder(nodes, edges, order);
        var right = nodeLogits.gather(2, types.unsqueeze(2)).squeeze(2);
        return ((nodeLogits.logsumexp(2) - right).sum(1) + EdgeCrossEntropy(edgeLogits, bonds)).MoveToOuterDisposeScope();
    }

    /// <summary>The nodes and edges of graphs in another order.</summary>
    private static (Tensor Nodes, Tensor Edges) Reorder(Tensor nodes, Tensor edges, Tensor order)
    {
        var rows = edges.gather(1, order.unsqueeze(2).expand(edges.shape));
        return (nodes.gather(1, order), rows.gather(2, order.unsqueeze(1).expand(edges.shape)));
    }

    private static void CheckGraphs(Tensor nodeLogits, Tensor edgeLogits, Tensor nodes, Tensor edges)
    {
        Require.FloatingPoint(nodeLogits);
        if (nodeLogits.shape is not [var B, > 0 and var N, > 0 and var A])
            throw Require.BadShape(nodeLogits, "[B, N, A] with N >= 1 and A >= 1");
        GraphShapes.EdgeLogits(edgeLogits);
        if (edgeLogits.size(0) != B || edgeLogits.size(1) != N)
            throw Require.BadShape(edgeLogits, $"[{B}, {N}, {N}, E]");
        Require.SameDtype(edgeLogits, nodeLogits);
        Require.SameDevice(edgeLogits, nodeLogits);
        GraphShapes.NodeTypes(nodes, A);
        Require.Shape(nodes, [B, N]);
        Require.SameDevice(nodes, nodeLogits);
        GraphShapes.Edges(edges, nodes, edgeLogits.size(3));
    }

    private static void CheckOrder(Tensor order, Tensor nodes)
    {
        if (order.dtype != ScalarType.Int64)
            throw new ArgumentException($"order must be node numbers of dtype Int64, got {order.dtype}.", nameof(order));
        Require.Shape(order, nodes.shape);
        Require.SameDevice(order, nodes);
        if (order.device_type != DeviceType.CPU || order.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var wrong = order.sort(1).Values.ne(arange(order.size(1), dtype: ScalarType.Int64)).any(1);
        if (wrong.any().ToBoolean())
            throw new ArgumentException($"order must hold every number in [0, {order.size(1)}) once in each row, got others.", nameof(order));
    }
}
