using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>What a graph that is written step by step may be. A rule that is not set allows all.</summary>
/// <param name="MaxNodes">The most nodes, at least 1.</param>
public sealed record GraphRules(int MaxNodes)
{
    /// <summary>The most that the orders of a node's edges may sum to, one number per node type; null for any.</summary>
    public IReadOnlyList<int>? Valences { get; init; }

    /// <summary>The order of each edge type: 0 for "none", which is type 0, and at least 1 for the others; null means 0, 1, 2, ...</summary>
    public IReadOnlyList<int>? Orders { get; init; }

    /// <summary>The most edges of a node; null for any number.</summary>
    public int? MaxDegree { get; init; }

    /// <summary>Whether all nodes must hang together; such a graph has at least one node.</summary>
    public bool Connected { get; init; }

    /// <summary>What the next node may be, and whether the graph may end here.</summary>
    /// <remarks>
    /// Where the graph must hang together, a node that no edge can reach is none: there is no next node unless some node has an edge
    /// left, and it must be able to have one itself. So no path of legal steps ends in one that is illegal.
    /// </remarks>
    /// <param name="graphs">The graphs so far.</param>
    /// <param name="types">A, the types of nodes.</param>
    /// <param name="bondTypes">E, the types of edges.</param>
    /// <returns><c>[B, A + 1]</c>, boolean; the last for "stop".</returns>
    public Tensor AllowedNodes(PartialGraphs graphs, long types, long bondTypes)
    {
        Check(this, types, bondTypes);
        ArgumentNullException.ThrowIfNull(graphs);
        using var scope = NewDisposeScope();
        var (rows, device) = (graphs.Nodes.size(0), graphs.Nodes.device);
        var allowed = ones([rows, types + 1], ScalarType.Bool, device);
        if (graphs.Count >= MaxNodes)
            allowed.narrow(1, 0, types).fill_(false);
        else if (Connected && graphs.Count == 0)
            allowed.select(1, types).fill_(false);
        else if (Connected)
        {
            var least = Order(bondTypes).Skip(1).DefaultIfEmpty(int.MaxValue).Min();
            var able = tensor(Enumerable.Range(0, (int)types).Select(t => bondTypes > 1 && (Valences?[t] ?? int.MaxValue) >= least && MaxDegree is not 0).ToArray(), device: device);
            var reach = Enumerable.Range(0, graphs.Count).Select(i => CanBond(graphs, i, least)).Aggregate((a, b) => a.logical_or(b));
            allowed.narrow(1, 0, types).copy_(able.unsqueeze(0).logical_and(reach.unsqueeze(1)));
        }
        return allowed.MoveToOuterDisposeScope();
    }

    /// <summary>What the edge between the newest node and an earlier one may be.</summary>
    /// <remarks>An edge may take no more than both nodes have left. Where the graph must hang together, a newest node without an edge must
    /// take one from the last node that has one left to give.</remarks>
    /// <param name="graphs">The graphs so far; the newest node's edges to nodes after <paramref name="other"/> are decided.</param>
    /// <param name="other">The earlier node.</param>
    /// <param name="types">A, the types of nodes.</param>
    /// <param name="bondTypes">E, the types of edges.</param>
    /// <returns><c>[B, E]</c>, boolean.</returns>
    public Tensor AllowedBonds(PartialGraphs graphs, int other, long types, long bondTypes)
    {
        Check(this, types, bondTypes);
        ArgumentNullException.ThrowIfNull(graphs);
        using var scope = NewDisposeScope();
        var orders = Order(bondTypes);
        var newest = graphs.Count - 1;
        var columns = orders.Select(order => order == 0
            ? ones([graphs.Nodes.size(0)], ScalarType.Bool, graphs.Nodes.device)
            : CanBond(graphs, newest, order).logical_and(CanBond(graphs, other, order))).ToArray();
        if (Connected)
        {
            var least = orders.Skip(1).DefaultIfEmpty(int.MaxValue).Min();
            var bonded = graphs.Bonds.select(1, newest).ne(0).any(1);
            var later = Enumerable.Range(0, other).Select(i => CanBond(graphs, i, least))
                .Aggregate(zeros_like(bonded), (a, b) => a.logical_or(b));
            var now = columns.Skip(1).Aggregate(zeros_like(bonded), (a, b) => a.logical_or(b));
            columns[0] = bonded.logical_or(later).logical_or(now.logical_not());
        }
        return stack(columns, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a finished graph keeps the rules, <c>[B]</c>, boolean.</summary>
    /// <param name="nodes">Node types, <c>[B, N]</c>, int64, -1 for none; those that there are come first.</param>
    /// <param name="bonds">Edge types, <c>[B, N, N]</c>, int64.</param>
    /// <param name="bondTypes">E, the types of edges.</param>
    public Tensor Keeps(Tensor nodes, Tensor bonds, long bondTypes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(bonds);
        Check(this, Valences?.Count ?? 1, bondTypes);
        using var scope = NewDisposeScope();
        var there = nodes >= 0;
        var good = there.sum(1) <= MaxNodes;
        var graphs = new PartialGraphs(nodes, bonds, (int)nodes.size(1));
        for (var i = 0; i < nodes.size(1); i++)
            good = good.logical_and(CanBond(graphs, i, 0, added: 0).logical_or(there.select(1, i).logical_not()));
        if (Connected)
        {
            var reached = there.logical_and(there.cumsum(1) == 1);                           // the first node
            for (var round = 1; round < nodes.size(1); round++)
                reached = reached.logical_or(reached.unsqueeze(1).logical_and(bonds != 0).any(2));
            good = good.logical_and(there.any(1)).logical_and((reached == there).all(1));
        }
        return good.MoveToOuterDisposeScope();
    }

    /// <summary>The rules must speak of so many types.</summary>
    internal static void Check(GraphRules rules, long types, long bondTypes)
    {
        if (rules.MaxNodes < 1)
            throw new ArgumentException($"MaxNodes must be at least 1, got {rules.MaxNodes}.", nameof(rules));
        if (rules.MaxDegree < 0)
            throw new ArgumentException($"MaxDegree must not be negative, got {rules.MaxDegree}.", nameof(rules));
        if (rules.Valences is { } valences && (valences.Count != types || valences.Any(v => v < 0)))
            throw new ArgumentException(
                $"Valences must be one number for each of {types} node types, none negative, got [{string.Join(", ", valences)}].", nameof(rules));
        if (rules.Orders is { } orders && (orders.Count != bondTypes || orders.Where((o, e) => e == 0 ? o != 0 : o < 1).Any()))
            throw new ArgumentException(
                $"Orders must be 0 and then, for each of {bondTypes - 1} edge types, at least 1, got [{string.Join(", ", orders)}].", nameof(rules));
    }

    private int[] Order(long bondTypes) => Orders is null ? [.. Enumerable.Range(0, (int)bondTypes)] : [.. Orders];

    /// <summary>Whether a node can take one more edge of an order, <c>[B]</c>.</summary>
    private Tensor CanBond(PartialGraphs graphs, int node, int order, int added = 1)
    {
        var bonds = graphs.Bonds.select(1, node);                                            // [B, N]
        var can = ones([bonds.size(0)], ScalarType.Bool, bonds.device);
        if (MaxDegree is { } most)
            can = bonds.ne(0).sum(1) <= most - added;
        if (Valences is null)
            return can;
        var valences = tensor(Valences.Select(v => (long)v).ToArray(), device: bonds.device).index_select(0, graphs.Nodes.select(1, node).clamp(min: 0));
        var used = Orders is null ? bonds.sum(1) : tensor(Orders.Select(o => (long)o).ToArray(), device: bonds.device).index_select(0, bonds.flatten()).reshape(bonds.shape).sum(1);
        return can.logical_and(used + order <= valences);
    }
}
