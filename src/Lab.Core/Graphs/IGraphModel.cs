using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>Graphs that are being written, node by node; all rows of a batch are at the same node.</summary>
/// <param name="Nodes">The type of each node so far, <c>[B, N]</c>, int64; -1 where there is none yet, or none any more.</param>
/// <param name="Bonds">The types of edges so far, <c>[B, N, N]</c>, int64, symmetric, 0 for none.</param>
/// <param name="Count">How many nodes a row has that has not stopped; a node whose edges are being decided is counted.</param>
public sealed record PartialGraphs(Tensor Nodes, Tensor Bonds, int Count);

/// <summary>
/// A model that writes a graph step by step: the type of the next node, or stop; then its edge to each node before it, the nearest
/// first. The order is part of what the model learns: another order of the same graph is another sequence of decisions.
/// </summary>
public interface IGraphModel
{
    /// <summary>A, the types of nodes.</summary>
    long NodeTypes { get; }

    /// <summary>E, the types of edges, 0 for none counted.</summary>
    long BondTypes { get; }

    /// <summary>The logits of the next node's type, <c>[B, A + 1]</c>; the last is "stop". A new tensor.</summary>
    Tensor NodeLogits(PartialGraphs graphs);

    /// <summary>The logits of the edge between the newest node and an earlier one, <c>[B, E]</c>. A new tensor.</summary>
    /// <param name="graphs">All that was decided, the newest node's edges to nodes after <paramref name="other"/> too.</param>
    /// <param name="other">The earlier node, in <c>[0, graphs.Count - 1)</c>.</param>
    Tensor BondLogits(PartialGraphs graphs, int other);
}
