using Lab.Core.Sequences.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Graphs;

/// <summary>Graphs that were written.</summary>
/// <param name="Nodes">Types, <c>[B, N]</c>, int64, -1 after a graph's last node.</param>
/// <param name="Bonds">Edge types, <c>[B, N, N]</c>, int64, symmetric, 0 for none.</param>
/// <param name="LogProbs">The log-probability of the decisions under model and rules, in nats, <c>[B]</c>.</param>
public sealed record DecodedGraphs(Tensor Nodes, Tensor Bonds, Tensor LogProbs);

/// <summary>Writes graphs by a model, within rules.</summary>
public static class GraphDecoding
{
    /// <summary>Draws graphs, decision by decision.</summary>
    /// <remarks>
    /// <para>Formula: each decision is drawn from the softmax of the logits over what <see cref="GraphRules"/> allow there: an illegal edge
    /// has probability 0, so it can never be written. With rules that allow all it is plain ancestral sampling. Where the model
    /// gives all that is allowed probability 0, what is allowed is equally probable.</para>
    /// <para>A constraint step by step is not the model's distribution over legal graphs: a graph whose early steps lead to few legal ends
    /// becomes more probable than its share.</para>
    /// <para>Gradient: none. Oracle: a loop over plain numbers with the same random numbers; enumeration of all graphs. Source: You et al.
    /// 2018 (GraphRNN), Liu et al. 2018 (valence masks).</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="count">B, not negative.</param>
    /// <param name="rules">What is allowed.</param>
    /// <param name="generator">The source of chance, on the model's device.</param>
    /// <returns>The graphs.</returns>
    /// <exception cref="ArgumentException">Null, a negative count, or rules for other types than the model's.</exception>
    public static DecodedGraphs SampleGraphs(IGraphModel model, long count, GraphRules rules, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return Write(model, count, rules, generator.device, logits => TokenSampling.Categorical(logits, 1, generator).squeeze(1));
    }

    /// <summary>Takes the most probable choice at each decision.</summary>
    /// <remarks>
    /// <para>Formula: the largest logit of what is allowed; of equal ones the first. The graph need not be the most probable one.</para>
    /// <para>Gradient: none. Oracle: a loop over plain numbers.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="rules">What is allowed.</param>
    /// <param name="device">Where the model is; null for the CPU.</param>
    /// <returns>One graph, <c>B = 1</c>.</returns>
    /// <exception cref="ArgumentException">Null, or rules for other types than the model's.</exception>
    public static DecodedGraphs GreedyGraph(IGraphModel model, GraphRules rules, Device? device = null) =>
        Write(model, 1, rules, device ?? CPU, logits =>
        {
            var places = arange(logits.size(1), device: logits.device).masked_fill(logits != logits.amax([1], keepdim: true), logits.size(1) - 1);
            return places.amin([1]);                                                          // the first of the largest
        });

    /// <summary>The log-probability with which a model writes given graphs, in the order in which their nodes stand.</summary>
    /// <remarks>
    /// <para>Formula: the sum over all decisions (each node, its edges to the nodes before it from the nearest on, and the stop) of the
    /// log-softmax over what the rules allow. The stop of a graph of the most nodes is certain. -∞ for a graph that breaks the rules.</para>
    /// <para>Over all graphs the rules allow, in all orders, the probabilities sum to 1. A graph's own probability is the sum over all orders
    /// of its nodes that are different; a model is trained on one of them, or on a few drawn.</para>
    /// <para>Gradient: in the model's parameters, through its logits. Oracle: a loop over plain numbers; enumeration.</para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="nodes">Types, <c>[B, N]</c>, int64, -1 after a graph's last node; N at least 1.</param>
    /// <param name="bonds">Edge types, <c>[B, N, N]</c>, int64, symmetric, 0 for none.</param>
    /// <param name="rules">What is allowed.</param>
    /// <returns>Nats, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">Null, another shape or dtype, types that there are not, or rules for others than the model's.</exception>
    public static Tensor LogProbability(IGraphModel model, Tensor nodes, Tensor bonds, GraphRules rules)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rules);
        GraphRules.Check(rules, model.NodeTypes, model.BondTypes);
        GraphShapes.NodeTypes(nodes, model.NodeTypes, least: -1);
        GraphShapes.Edges(bonds, nodes, model.BondTypes);

        using var scope = NewDisposeScope();
        var most = (int)nodes.size(1);
        var before = new PartialGraphs(full_like(nodes, -1), zeros_like(bonds), 0);
        Tensor? total = null;
        for (var k = 0; k <= most; k++)
        {
            var type = k == most ? full_like(nodes.select(1, 0), -1) : nodes.select(1, k);
            var going = k == 0 ? ones_like(type).eq(1) : nodes.select(1, k - 1) >= 0;
            if (k < rules.MaxNodes || k < most)
                Add(Choice(model.NodeLogits(before), rules.AllowedNodes(before, model.NodeTypes, model.BondTypes),
                    where(type < 0, full_like(type, model.NodeTypes), type)), going);
            if (k == most)
                break;
            before = new PartialGraphs(before.Nodes.index_copy(1, tensor([(long)k], device: nodes.device), type.unsqueeze(1)), before.Bonds, k + 1);
            for (var other = k - 1; other >= 0; other--)
            {
                var bond = bonds.select(1, k).select(1, other);
                Add(Choice(model.BondLogits(before, other), rules.AllowedBonds(before, other, model.NodeTypes, model.BondTypes), bond), type >= 0);
                before = before with { Bonds = With(before.Bonds, k, other, bond) };
            }
        }
        return total!.MoveToOuterDisposeScope();

        void Add(Tensor logProbs, Tensor counts)
        {
            var term = where(counts, logProbs, zeros_like(logProbs));
            total = total is null ? term : total + term;
        }
    }

    private static DecodedGraphs Write(IGraphModel model, long count, GraphRules rules, Device device, Func<Tensor, Tensor> choose)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        GraphRules.Check(rules, model.NodeTypes, model.BondTypes);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var most = rules.MaxNodes;
        var graphs = new PartialGraphs(
            full([count, most], -1, ScalarType.Int64, device), zeros([count, most, most], ScalarType.Int64, device), 0);
        var going = ones([count], ScalarType.Bool, device);
        var logProbs = zeros([count], ScalarType.Float64, device);
        for (var k = 0; k < most && (k == 0 || going.any().ToBoolean()); k++)
        {
            using var step = NewDisposeScope();
            var type = Decide(model.NodeLogits(graphs), rules.AllowedNodes(graphs, model.NodeTypes, model.BondTypes), going);
            going = going.logical_and(type < model.NodeTypes);
            graphs.Nodes.select(1, k).copy_(where(going, type, full_like(type, -1)));
            graphs = graphs with { Count = k + 1 };
            for (var other = k - 1; other >= 0; other--)
            {
                using var pair = NewDisposeScope();
                var bond = Decide(model.BondLogits(graphs, other), rules.AllowedBonds(graphs, other, model.NodeTypes, model.BondTypes), going);
                bond = where(going, bond, zeros_like(bond));
                graphs.Bonds.select(1, k).select(1, other).copy_(bond);
                graphs.Bonds.select(1, other).select(1, k).copy_(bond);
            }
            going = going.MoveToOuterDisposeScope();
        }
        return new(graphs.Nodes.MoveToOuterDisposeScope(), graphs.Bonds.MoveToOuterDisposeScope(), logProbs.MoveToOuterDisposeScope());

        Tensor Decide(Tensor logits, Tensor allowed, Tensor counts)
        {
            var legal = Legal(logits, allowed);
            var choice = choose(legal);
            var worth = legal.to(ScalarType.Float64).log_softmax(1).gather(1, choice.unsqueeze(1)).squeeze(1);
            logProbs.add_(where(counts, worth, zeros_like(worth)));
            return choice;
        }
    }

    /// <summary>The logits of what is allowed, -∞ elsewhere; equal ones where the model rules out all that is allowed.</summary>
    private static Tensor Legal(Tensor logits, Tensor allowed)
    {
        var legal = where(allowed, logits, full_like(logits, double.NegativeInfinity));
        var none = legal.isneginf().all(1, keepdim: true).logical_and(allowed);
        return where(none, zeros_like(legal), legal);
    }

    /// <summary>The log-probability of a choice; a constant -∞ where it cannot be, so that no gradient comes of it.</summary>
    private static Tensor Choice(Tensor logits, Tensor allowed, Tensor choice)
    {
        var worth = Legal(logits, allowed).log_softmax(1).gather(1, choice.unsqueeze(1)).squeeze(1);
        return where(worth.isneginf(), full_like(worth, double.NegativeInfinity), worth);
    }

    private static Tensor With(Tensor bonds, int i, int j, Tensor bond)
    {
        var changed = bonds.clone();
        changed.select(1, i).select(1, j).copy_(bond);
        changed.select(1, j).select(1, i).copy_(bond);
        return changed;
    }
}
