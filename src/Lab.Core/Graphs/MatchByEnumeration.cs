using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>Which of a target's nodes each slot is to be, and what that costs.</summary>
/// <param name="Order">π, <c>[B, N]</c>, int64, a permutation in each row.</param>
/// <param name="Cost"><see cref="Graph.AlignedCrossEntropy"/> in that order, in nats, <c>[B]</c>; differentiable in the logits.</param>
public sealed record GraphMatch(Tensor Order, Tensor Cost);

public static partial class Graph
{
    /// <summary>The most nodes whose orders are enumerated: 8! = 40,320.</summary>
    public const int MostEnumerated = 8;

    /// <summary>The permutation-invariant loss of a graph, exactly: its cross-entropy in the best of all orders of the target's nodes.</summary>
    /// <remarks>
    /// <para>Formula: <c>min over π of AlignedCrossEntropy(π)</c>. Of orders that cost the same, the first in the dictionary.</para>
    /// <para>Gradient: that of the loss in the best order; where two orders are best, that of one of them.</para>
    /// <para>Numerics: N! orders, so N up to <see cref="MostEnumerated"/>: this is the measure for <see cref="AlignedCrossEntropy"/> in an order found
    /// otherwise. Finding the best order is as hard as the quadratic assignment problem.</para>
    /// <para>Oracle: a loop over all orders in plain numbers.</para>
    /// </remarks>
    /// <inheritdoc cref="AlignedCrossEntropy" path="/param[@name='nodeLogits']|/param[@name='edgeLogits']|/param[@name='nodes']|/param[@name='edges']"/>
    /// <returns>The best order, and the loss.</returns>
    /// <exception cref="ArgumentException">As <see cref="AlignedCrossEntropy"/>, or more than <see cref="MostEnumerated"/> nodes.</exception>
    public static GraphMatch MatchByEnumeration(Tensor nodeLogits, Tensor edgeLogits, Tensor nodes, Tensor edges)
    {
        CheckGraphs(nodeLogits, edgeLogits, nodes, edges);
        var count = (int)nodes.size(1);
        if (count > MostEnumerated)
            throw Require.BadShape(nodes, $"[B, N] with N up to {MostEnumerated}");

        using var scope = NewDisposeScope();
        Tensor order;
        using (no_grad())
        {
            var all = tensor([.. Permutations(count).SelectMany(p => p)], device: nodes.device).reshape(-1, count);         // [P, N]
            var (node, edge) = Costs(nodeLogits, edgeLogits);
            var types = nodes.index_select(1, all.flatten()).reshape(nodes.size(0), all.size(0), count);                   // [B, P, N]
            var cost = node.unsqueeze(1).expand(-1, types.size(1), -1, -1).gather(3, types.unsqueeze(3)).sum([2, 3]);
            var places = (all.unsqueeze(2) * count + all.unsqueeze(1)).flatten();                                          // [P·N·N]
            var bonds = edges.flatten(1).index_select(1, places).reshape(nodes.size(0), all.size(0), count, count);        // [B, P, N, N]
            var pairs = GraphShapes.PairsOnce(count, null, nodes.device);
            var bonded = edge.unsqueeze(1).expand(-1, bonds.size(1), -1, -1, -1).gather(4, bonds.unsqueeze(4)).squeeze(4);
            cost += where(pairs, bonded, zeros_like(bonded)).sum([2, 3]);
            var numbers = arange(cost.size(1), device: nodes.device).masked_fill(cost != cost.amin([1], keepdim: true), cost.size(1) - 1);
            order = all.index_select(0, numbers.amin([1]));
        }
        var loss = AlignedCrossEntropy(nodeLogits, edgeLogits, nodes, edges, order);
        return new(order.MoveToOuterDisposeScope(), loss.MoveToOuterDisposeScope());
    }

    /// <summary>What each slot loses for each type, <c>[B, N, A]</c>, and each pair of slots for each type of edge, <c>[B, N, N, E]</c>.</summary>
    private static (Tensor Node, Tensor Edge) Costs(Tensor nodeLogits, Tensor edgeLogits)
    {
        var symmetric = (edgeLogits + edgeLogits.transpose(1, 2)) / 2;
        return (-nodeLogits.log_softmax(2), -symmetric.log_softmax(3));
    }

    /// <summary>All orders of 0, 1, ..., as in a dictionary.</summary>
    private static IEnumerable<long[]> Permutations(int count)
    {
        if (count == 0)
            return [[]];
        return from first in Enumerable.Range(0, count)
               from rest in Permutations(count - 1)
               select (long[])[first, .. rest.Select(r => r < first ? r : r + 1)];
    }
}
