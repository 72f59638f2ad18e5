using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Graphs;

/// <summary>A network that writes graphs node by node and edge by edge, and reads what it wrote by passing messages.</summary>
/// <remarks>
/// <para>Formula: the nodes before number k and their edges go through L layers of <see cref="MessagePassing"/>, starting from an embedding of
/// their types: x[j]. The next type is chosen from <c>[Σ x / N, x[k - 1]]</c>, by one hidden layer. The edge of node k to node j is
/// chosen from <c>x[j]</c>, the type of k, how far apart they stand in the order, and how often each type of edge was already given to k, by
/// another.</para>
/// <para>Training needs no loop over decisions: given a whole graph, all its beginnings are read at once, and the loss is the sum of the
/// cross-entropies of all decisions (teacher forcing). It equals <see cref="GraphDecoding.LogProbability"/> without rules.</para>
/// <para>State: <c>embed</c>, <c>layers</c>, <c>next</c>, <c>choose</c>; <c>type</c>, <c>apart</c>, <c>given</c>, <c>bond</c>, <c>decide</c>. Source: You et al. 2018; Li et
/// al. 2018 (reading what was written by message passing).</para>
/// </remarks>
public sealed class GraphGenerator : Module<Tensor, Tensor, Tensor>, IGraphModel
{
    private readonly Embedding embed;
    private readonly ModuleList<MessagePassing> layers;
    private readonly Linear next;
    private readonly Linear choose;
    private readonly Embedding type;
    private readonly Embedding apart;
    private readonly Linear given;
    private readonly Linear bond;
    private readonly Linear decide;

    /// <summary>Makes a network with the library's starting weights.</summary>
    /// <param name="nodeTypes">A, positive.</param>
    /// <param name="bondTypes">E, "none" counted, at least 2.</param>
    /// <param name="maxNodes">The most nodes that it is to write, positive.</param>
    /// <param name="width">The width of a node's features, positive.</param>
    /// <param name="depth">L, rounds of messages, positive.</param>
    /// <exception cref="ArgumentException">A number other than those above.</exception>
    public GraphGenerator(long nodeTypes, long bondTypes, int maxNodes, long width, int depth)
        : base(nameof(GraphGenerator))
    {
        Require.Positive(nodeTypes);
        if (bondTypes < 2)
            throw new ArgumentOutOfRangeException(nameof(bondTypes), bondTypes, "Must be at least 2: no bond, and a bond.");
        Require.Positive(maxNodes);
        Require.Positive(width);
        Require.Positive(depth);

        (NodeTypes, BondTypes, MaxNodes) = (nodeTypes, bondTypes, maxNodes);
        embed = Embedding(nodeTypes, width);
        layers = ModuleList([.. Enumerable.Range(0, depth).Select(_ => new MessagePassing(width, bondTypes - 1))]);
        next = Linear(2 * width, width);
        choose = Linear(width, nodeTypes + 1);
        type = Embedding(nodeTypes, width);
        apart = Embedding(maxNodes, width);
        given = Linear(bondTypes - 1, width, hasBias: false);
        bond = Linear(width, width);
        decide = Linear(width, bondTypes);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public long NodeTypes { get; }

    /// <inheritdoc/>
    public long BondTypes { get; }

    /// <summary>The most nodes that it can write.</summary>
    public int MaxNodes { get; }

    /// <summary>The loss: the negative log-likelihood of all decisions that write each graph in the order in which its nodes stand.</summary>
    /// <param name="nodes">Types, <c>[B, N]</c>, int64, -1 after a graph's last node; N from 1 to the most nodes.</param>
    /// <param name="bonds">Edge types, <c>[B, N, N]</c>, int64, symmetric, 0 for none.</param>
    /// <returns>Nats per graph, <c>[B]</c>. A graph of the most nodes ends without a decision.</returns>
    /// <exception cref="ArgumentException">Another shape or dtype, more nodes, or types that there are not.</exception>
    public override Tensor forward(Tensor nodes, Tensor bonds)
    {
        GraphShapes.NodeTypes(nodes, NodeTypes, least: -1);
        if (nodes.size(1) > MaxNodes)
            throw Require.BadShape(nodes, $"[B, N] with N from 1 to {MaxNodes}");
        GraphShapes.Edges(bonds, nodes, BondTypes);

        using var scope = NewDisposeScope();
        var (count, device) = (nodes.size(1), nodes.device);
        var there = nodes >= 0;                                                              // [B, N]
        var beginnings = arange(count, device: device) < arange(count + 1, device: device).unsqueeze(1);       // [N + 1, N]
        var seen = there.unsqueeze(1).logical_and(beginnings);                               // [B, N + 1, N]
        var x = Read(
            nodes.unsqueeze(1).expand(-1, count + 1, -1).flatten(0, 1), bonds.unsqueeze(1).expand(-1, count + 1, -1, -1).flatten(0, 1),
            seen.flatten(0, 1)).reshape(nodes.size(0), count + 1, count, embed.weight!.size(1));       // of each beginning

        var ends = there.sum(1, keepdim: true);                                              // [B, 1]
        var steps = arange(count + 1, device: device);
        var right = cat([nodes, full_like(ends, -1)], 1);
        var last = x.gather(2, (steps - 1).clamp(min: 0).reshape(1, -1, 1, 1).expand(x.size(0), -1, 1, x.size(3))).squeeze(2);
        var chosen = Choose(x.sum(2) / MaxNodes, last).log_softmax(2)
            .gather(2, where(right < 0, full_like(right, NodeTypes), right).unsqueeze(2)).squeeze(2);
        var counted = (steps <= ends).logical_and(steps < MaxNodes);
        var loss = -where(counted, chosen, zeros_like(chosen)).sum(1);
        if (count > 1)
        {
            var onehot = Given(bonds).to(x.dtype);                                           // [B, k, j, E - 1]
            var before = onehot.flip(2).cumsum(2).flip(2) - onehot;                          // given to k at nodes after j: those behind k give none
            var earlier = ones(count, count, dtype: ScalarType.Bool, device: device).tril(-1);
            var given = where(earlier.unsqueeze(2), before - After(onehot), zeros_like(before));
            var distance = (arange(count, device: device).unsqueeze(1) - arange(count, device: device)).clamp(min: 0);
            var logits = Decide(x.narrow(1, 0, count), nodes.clamp(min: 0).unsqueeze(2), distance.unsqueeze(0), given);
            var pairs = earlier.logical_and(there.unsqueeze(1)).logical_and(there.unsqueeze(2));
            var bonded = logits.log_softmax(3).gather(3, bonds.unsqueeze(3)).squeeze(3);
            loss -= where(pairs, bonded, zeros_like(bonded)).sum([1, 2]);
        }
        return loss.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor NodeLogits(PartialGraphs graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        using var scope = NewDisposeScope();
        var x = Read(graphs.Nodes, graphs.Bonds, Seen(graphs.Nodes, graphs.Count));
        return Choose(x.sum(1) / MaxNodes, x.select(1, Math.Max(graphs.Count - 1, 0))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor BondLogits(PartialGraphs graphs, int other)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        using var scope = NewDisposeScope();
        var newest = graphs.Count - 1;
        var x = Read(graphs.Nodes, graphs.Bonds, Seen(graphs.Nodes, newest)).select(1, other);
        var given = Given(graphs.Bonds.select(1, newest)).to(x.dtype).sum(1);
        var distance = full_like(graphs.Nodes.select(1, 0), newest - other);
        return Decide(x, graphs.Nodes.select(1, newest).clamp(min: 0), distance, given).MoveToOuterDisposeScope();
    }

    /// <summary>What the nodes of a beginning have learned of each other, <c>[B, N, D]</c>; 0 for others.</summary>
    private Tensor Read(Tensor nodes, Tensor bonds, Tensor seen)
    {
        var x = embed.call(nodes.clamp(min: 0));
        var weights = Given(bonds).to(x.dtype);
        x = where(seen.unsqueeze(2), x, zeros_like(x));
        foreach (var layer in layers)
            x = layer.call(x, weights, seen);
        return x;
    }

    private Tensor Choose(Tensor whole, Tensor last) => choose.call(next.call(cat([whole, last], -1)).relu());

    private Tensor Decide(Tensor other, Tensor newest, Tensor distance, Tensor before) =>
        decide.call((bond.call(other) + type.call(newest) + apart.call(distance) + given.call(before)).relu());

    private Tensor Given(Tensor bonds) => bonds.unsqueeze(-1) == arange(1, BondTypes, dtype: ScalarType.Int64, device: bonds.device);

    /// <summary>What node k was given by nodes from k on, <c>[B, k, 1, E - 1]</c>: not yet there when its edges are decided.</summary>
    private static Tensor After(Tensor onehot)
    {
        var later = ones(onehot.size(1), onehot.size(1), dtype: onehot.dtype, device: onehot.device).triu();
        return (onehot * later.unsqueeze(2)).sum(2, keepdim: true);
    }

    private static Tensor Seen(Tensor nodes, int count) => (arange(nodes.size(1), device: nodes.device) < count).logical_and(nodes >= 0);
}
