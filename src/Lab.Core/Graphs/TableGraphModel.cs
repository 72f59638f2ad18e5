using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>A model of graphs that is two tables: the next node depends on the one before, an edge on its two nodes' types.</summary>
/// <remarks>Its use is that all its graphs can be enumerated, with their probabilities, so that a decoder can be proven right on it.</remarks>
public sealed class TableGraphModel : IGraphModel
{
    /// <param name="nodes">Logits of the next type, <c>[A + 1, A + 1]</c>: row a after a node of type a, the last row for the first node;
    /// the last column is "stop". Floating point; kept, not copied.</param>
    /// <param name="bonds">Logits of edge types, <c>[A, A, E]</c>: of a new node of the row's type to an earlier one of the column's.
    /// Of the same dtype and device.</param>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public TableGraphModel(Tensor nodes, Tensor bonds)
    {
        Require.FloatingPoint(nodes);
        if (nodes.shape is not [> 1 and var rows, var columns] || rows != columns)
            throw Require.BadShape(nodes, "[A + 1, A + 1] with A >= 1");
        Require.SameDtype(bonds, nodes);
        if (bonds.shape is not [var A, var others, > 0] || A != rows - 1 || others != A)
            throw Require.BadShape(bonds, $"[{rows - 1}, {rows - 1}, E] with E >= 1");
        Require.SameDevice(bonds, nodes);
        (NodeTable, BondTable) = (nodes, bonds);
    }

    /// <summary>The logits of types, <c>[A + 1, A + 1]</c>.</summary>
    public Tensor NodeTable { get; }

    /// <summary>The logits of edges, <c>[A, A, E]</c>.</summary>
    public Tensor BondTable { get; }

    /// <inheritdoc/>
    public long NodeTypes => BondTable.size(0);

    /// <inheritdoc/>
    public long BondTypes => BondTable.size(2);

    /// <inheritdoc/>
    public Tensor NodeLogits(PartialGraphs graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        using var scope = NewDisposeScope();
        var last = graphs.Count == 0
            ? full([graphs.Nodes.size(0)], NodeTypes, dtype: ScalarType.Int64, device: NodeTable.device)
            : graphs.Nodes.select(1, graphs.Count - 1).clamp(min: 0);
        return NodeTable.index_select(0, last).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor BondLogits(PartialGraphs graphs, int other)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        using var scope = NewDisposeScope();
        var (mine, its) = (graphs.Nodes.select(1, graphs.Count - 1).clamp(min: 0), graphs.Nodes.select(1, other).clamp(min: 0));
        return BondTable.flatten(0, 1).index_select(0, mine * NodeTypes + its).MoveToOuterDisposeScope();
    }
}
