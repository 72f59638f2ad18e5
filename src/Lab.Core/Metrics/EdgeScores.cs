using Lab.Core.Graphs;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>How well each graph's set of edges was found; all of shape <c>[B]</c>, float64.</summary>
/// <param name="TruePositives">Edges found, of the right type.</param>
/// <param name="FalsePositives">Edges put out that are not there, or of another type.</param>
/// <param name="FalseNegatives">Edges that are there and were not found, or as another type.</param>
/// <param name="F1"><c>2·TP / (2·TP + FP + FN)</c>; 1 where there is no edge and none was put out.</param>
public sealed record EdgeScores(Tensor TruePositives, Tensor FalsePositives, Tensor FalseNegatives, Tensor F1);

/// <summary>What turns one graph into another whose nodes stand in the same order; all of shape <c>[B]</c>, int64.</summary>
/// <param name="NodesChanged">Nodes in both, of other types.</param>
/// <param name="NodesAdded">Nodes in the second only.</param>
/// <param name="NodesRemoved">Nodes in the first only.</param>
/// <param name="EdgesChanged">Edges in both, of other types.</param>
/// <param name="EdgesAdded">Edges in the second only.</param>
/// <param name="EdgesRemoved">Edges in the first only.</param>
/// <param name="Total">All together.</param>
public sealed record GraphEdits(
    Tensor NodesChanged, Tensor NodesAdded, Tensor NodesRemoved, Tensor EdgesChanged, Tensor EdgesAdded, Tensor EdgesRemoved, Tensor Total);

public static partial class Metric
{
    /// <summary>Counts the edges of a graph that were found, each pair of nodes once.</summary>
    /// <remarks>
    /// <para>Formula: over pairs i &lt; j of valid nodes; an edge of the wrong type counts as a false positive and as a false negative.</para>
    /// <para>Gradient: none. Oracle: sets of (i, j, type).</para>
    /// </remarks>
    /// <param name="predicted">Edge types put out, <c>[B, N, N]</c>, int64, symmetric, not negative, 0 for none and on the diagonal.</param>
    /// <param name="edges">The right ones, likewise.</param>
    /// <param name="mask">True where there is a node, <c>[B, N]</c>, boolean; null means everywhere.</param>
    /// <returns>Counts and F1 per graph.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) edges that are not symmetric, or
    /// from a node to itself.</exception>
    public static EdgeScores EdgeSet(Tensor predicted, Tensor edges, Tensor? mask = null)
    {
        CheckPairs(predicted, edges, mask);

        using var scope = NewDisposeScope();
        var pairs = GraphShapes.PairsOnce(edges.size(1), mask, edges.device).expand(edges.shape);
        var (put, there) = ((predicted != 0).logical_and(pairs), (edges != 0).logical_and(pairs));
        var hit = put.logical_and(there).logical_and(predicted == edges);
        var (tp, fp, fn) = (Count(hit), Count(put.logical_and(hit.logical_not())), Count(there.logical_and(hit.logical_not())));
        var f1 = where(tp + fp + fn > 0, 2 * tp / (2 * tp + fp + fn).clamp(min: 1), ones_like(tp));
        scope.MoveToOuter([tp, fp, fn, f1]);
        return new(tp, fp, fn, f1);

        static Tensor Count(Tensor which) => which.sum([1, 2], type: ScalarType.Float64);
    }

    /// <summary>Counts what turns one graph into another, node by node and edge by edge.</summary>
    /// <remarks>
    /// <para>Formula: nodes of the same number are compared. The least total over all orders of the second graph's nodes is the graph edit
    /// distance with unit costs. An edge at a node that goes or comes is counted as removed or added too.</para>
    /// <para>Gradient: none. Oracle: loops over plain numbers.</para>
    /// </remarks>
    /// <param name="nodes">Types of the first graph's nodes, <c>[B, N]</c>, int64, -1 for none.</param>
    /// <param name="edges">Its edges, <c>[B, N, N]</c>, int64, symmetric, not negative, 0 for none and on the diagonal.</param>
    /// <param name="otherNodes">The second graph's nodes, likewise.</param>
    /// <param name="otherEdges">Its edges, likewise.</param>
    /// <returns>The counts of each kind of edit.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) edges that are not symmetric, or
    /// from a node to itself.</exception>
    public static GraphEdits Edits(Tensor nodes, Tensor edges, Tensor otherNodes, Tensor otherEdges)
    {
        GraphShapes.NodeTypes(nodes, long.MaxValue, least: -1);
        GraphShapes.Edges(edges, nodes, long.MaxValue);
        GraphShapes.NodeTypes(otherNodes, long.MaxValue, least: -1);
        Require.Shape(otherNodes, nodes.shape);
        Require.SameDevice(otherNodes, nodes);
        GraphShapes.Edges(otherEdges, nodes, long.MaxValue);

        using var scope = NewDisposeScope();
        var pairs = GraphShapes.PairsOnce(nodes.size(1), null, nodes.device);
        var (have, want) = (nodes >= 0, otherNodes >= 0);
        var (linked, wanted) = ((edges != 0).logical_and(pairs), (otherEdges != 0).logical_and(pairs));
        Tensor[] counts =
        [
            have.logical_and(want).logical_and(nodes != otherNodes).sum(1),
            want.logical_and(have.logical_not()).sum(1),
            have.logical_and(want.logical_not()).sum(1),
            linked.logical_and(wanted).logical_and(edges != otherEdges).sum([1, 2]),
            wanted.logical_and(linked.logical_not()).sum([1, 2]),
            linked.logical_and(wanted.logical_not()).sum([1, 2]),
        ];
        var total = stack(counts).sum([0]);
        scope.MoveToOuter([.. counts, total]);
        return new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], total);
    }

    private static void CheckPairs(Tensor predicted, Tensor edges, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        if (predicted.shape is not [_, > 0 and var N, var M] || N != M)
            throw Require.BadShape(predicted, "[B, N, N] with N >= 1");
        GraphShapes.Mask(mask, predicted);
        GraphShapes.Edges(predicted, predicted, long.MaxValue, mask);
        GraphShapes.Edges(edges, predicted, long.MaxValue, mask);
    }
}
