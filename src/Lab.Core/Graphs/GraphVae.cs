using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Graphs;

/// <summary>A whole graph, as logits of its parts, in every round of its refinement.</summary>
/// <param name="NodeLogits">Of each slot's type, <c>[K + 1, B, N, A]</c>; the last of A is "no node" where the caller says so.</param>
/// <param name="EdgeLogits">Of each pair's type, <c>[K + 1, B, N, N, E]</c>, symmetric.</param>
public sealed record GraphFrames(Tensor NodeLogits, Tensor EdgeLogits);

/// <summary>What a <see cref="GraphVae"/> makes of a graph.</summary>
/// <param name="Mean">Of the latent vector, <c>[B, Z]</c>.</param>
/// <param name="LogVariance">Its log-variance, <c>[B, Z]</c>.</param>
/// <param name="NodeLogits">As <see cref="GraphFrames"/>.</param>
/// <param name="EdgeLogits">As <see cref="GraphFrames"/>.</param>
public sealed record GraphVaeOutput(Tensor Mean, Tensor LogVariance, Tensor NodeLogits, Tensor EdgeLogits);

/// <summary>A variational autoencoder of small graphs: all edges are put out at once, then refined by passing messages along them.</summary>
/// <remarks>
/// <para>Encoder: embedded types, L rounds of messages along the edges, the sum over nodes, and from it mean and log-variance: renumbering
/// the nodes changes nothing. Decoder: N learned slots, each added to a projection of <c>z = mean + exp(log-variance / 2)·noise</c>, give node
/// and edge logits at once. Refinement, K times: the slots pass messages along the edges, each weighted by its probability, and logits
/// are read again; so an edge can be withdrawn that does not fit the others.</para>
/// <para>Slots have an order and graphs have not: train with <see cref="Graph.MatchByAssignment"/>, and
/// <see cref="Graph.GaussianKullbackLeibler"/> for the other half of the evidence lower bound.</para>
/// <para>State: <c>embed</c>, <c>encoder</c>, <c>mean</c>, <c>logVariance</c>; <c>slots</c> <c>[N, D]</c>, <c>expand</c>, <c>start</c>, <c>refine</c>, <c>classify</c>, <c>edges</c>. Source:
/// Kingma and Welling 2014; Simonovsky and Komodakis 2018; refinement as in Lee et al. 2018.</para>
/// </remarks>
public sealed class GraphVae : Module<Tensor, Tensor, Tensor, GraphVaeOutput>
{
    private readonly Embedding embed;
    private readonly ModuleList<MessagePassing> encoder;
    private readonly Linear mean;
    private readonly Linear logVariance;
    private readonly Parameter slots;
    private readonly Linear expand;
    private readonly Linear start;
    private readonly MessagePassing refine;
    private readonly Linear classify;
    private readonly EdgeSetHead edges;
    private readonly long latent;

    /// <summary>Makes a network with the library's starting weights.</summary>
    /// <param name="slots">N, the most nodes, positive.</param>
    /// <param name="nodeTypes">A, positive; a type for "no node" is one of them.</param>
    /// <param name="edgeTypes">E, "no edge" counted, at least 2.</param>
    /// <param name="width">D, the width of a node's features, positive.</param>
    /// <param name="latent">Z, positive.</param>
    /// <param name="depth">L, the encoder's rounds of messages, positive.</param>
    /// <param name="rounds">K, how often the graph is refined, not negative.</param>
    /// <exception cref="ArgumentException">A number other than those above.</exception>
    public GraphVae(long slots, long nodeTypes, long edgeTypes, long width, long latent, int depth = 2, int rounds = 3)
        : base(nameof(GraphVae))
    {
        Require.Positive(slots);
        Require.Positive(nodeTypes);
        if (edgeTypes < 2)
            throw new ArgumentOutOfRangeException(nameof(edgeTypes), edgeTypes, "Must be at least 2: no edge, and an edge.");
        Require.Positive(width);
        Require.Positive(latent);
        Require.Positive(depth);
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);

        (Slots, NodeTypes, EdgeTypes, Rounds, this.latent) = (slots, nodeTypes, edgeTypes, rounds, latent);
        embed = Embedding(nodeTypes, width);
        encoder = ModuleList([.. Enumerable.Range(0, depth).Select(_ => new MessagePassing(width, edgeTypes - 1))]);
        mean = Linear(width, latent);
        logVariance = Linear(width, latent);
        this.slots = Normal(slots, width);
        expand = Linear(latent, width);
        start = Linear(width, width);
        refine = new MessagePassing(width, edgeTypes - 1);
        classify = Linear(width, nodeTypes);
        edges = new EdgeSetHead(width, edgeTypes);
        RegisterComponents();
    }

    /// <summary>N.</summary>
    public long Slots { get; }

    /// <summary>A.</summary>
    public long NodeTypes { get; }

    /// <summary>E.</summary>
    public long EdgeTypes { get; }

    /// <summary>K.</summary>
    public int Rounds { get; }

    /// <summary>Encodes graphs, and decodes them again.</summary>
    /// <param name="nodes">Types, <c>[B, N]</c>, int64 in [0, A).</param>
    /// <param name="edges">Types, <c>[B, N, N]</c>, int64 in [0, E), symmetric, 0 on the diagonal.</param>
    /// <param name="noise">Standard normal numbers, <c>[B, Z]</c>, the dtype and device of the network; zeros for the mean.</param>
    /// <returns>The latent vector's distribution, and the frames.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or types that there are not.</exception>
    public override GraphVaeOutput forward(Tensor nodes, Tensor edges, Tensor noise)
    {
        GraphShapes.NodeTypes(nodes, NodeTypes);
        if (nodes.size(1) != Slots)
            throw Require.BadShape(nodes, $"[B, {Slots}]");
        GraphShapes.Edges(edges, nodes, EdgeTypes);
        Latent(noise, nodes.size(0));

        using var scope = NewDisposeScope();
        var x = embed.call(nodes);
        foreach (var layer in encoder)
            x = layer.call(x, edges, null);
        var whole = x.sum(1);
        var (centre, spread) = (mean.call(whole), logVariance.call(whole));
        var frames = Decode(centre + (spread / 2).exp() * noise);
        scope.MoveToOuter([centre, spread, frames.NodeLogits, frames.EdgeLogits]);
        return new(centre, spread, frames.NodeLogits, frames.EdgeLogits);
    }

    /// <summary>The graphs of latent vectors, in every round.</summary>
    /// <param name="latents">z, <c>[B, Z]</c>, the dtype and device of the network.</param>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public GraphFrames Decode(Tensor latents)
    {
        Latent(latents, latents is null ? 0 : latents.size(0));

        using var scope = NewDisposeScope();
        var x = start.call((slots + expand.call(latents!).unsqueeze(1)).relu());              // [B, N, D]
        var (nodeFrames, edgeFrames) = (new List<Tensor>(), new List<Tensor>());
        for (var round = 0; ; round++)
        {
            nodeFrames.Add(classify.call(x));
            edgeFrames.Add(edges.call(x, null));
            if (round == Rounds)
                break;
            x = refine.call(x, edgeFrames[^1].softmax(3).narrow(3, 1, EdgeTypes - 1), null);
        }
        var frames = scope.MoveToOuter(stack(nodeFrames), stack(edgeFrames));
        return new(frames.Item1, frames.Item2);
    }

    private void Latent(Tensor noise, long batch, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(noise))] string? name = null)
    {
        Require.FloatingPoint(noise, name);
        Require.Shape(noise, [batch, latent], name);
        Require.SameDtype(noise, slots, name, "the network");
        Require.SameDevice(noise, slots, name, "the network");
    }

    private static Parameter Normal(params long[] shape)
    {
        using var scope = NewDisposeScope();
        return (Parameter)new Parameter(randn(shape)).DetachFromDisposeScope();
    }
}
