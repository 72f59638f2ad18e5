using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Graphs;

/// <summary>How a node puts together what its neighbours say.</summary>
public enum Aggregation
{
    /// <summary>The sum: it can count.</summary>
    Sum,

    /// <summary>The mean: how many neighbours there are is lost.</summary>
    Mean,

    /// <summary>The largest of each number: what there is, not how often.</summary>
    Max,
}

/// <summary>One round of messages between the nodes of a graph, along edges of several types.</summary>
/// <remarks>
/// <para>Formula: <c>m[i] = agg over neighbours j of Σ_r w[i, j, r]·M[r]·x[j]</c>, then <c>x'[i] = x[i] + O·relu(C·[x[i], m[i]] + c) + o</c>. The
/// aggregation is a sum, a sum divided by <c>Σ w</c>, or the largest entry over all j with an edge of positive weight. Where
/// several are largest they share the gradient. A node without neighbours hears 0.</para>
/// <para>Neighbours are a set, so renumbering the nodes renumbers the result. After L rounds a node knows what is at most L edges away,
/// and no more.</para>
/// <para>Weights may be any numbers not below 0: 1 where there is an edge, or a probability; the sum and the mean are differentiable in
/// them. Edges from a node to itself, and to or from padded nodes, are not looked at; a padded node's result is 0.</para>
/// <para>State: <c>message.weight</c> <c>[R·D, D]</c>, M one below the other; <c>combine</c> (C, c) and <c>output</c> (O, o). Source: Gilmer et
/// al. 2017; Schlichtkrull et al. 2018 for edge types.</para>
/// </remarks>
public sealed class MessagePassing : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Linear message;
    private readonly Linear combine;
    private readonly Linear output;
    private readonly long width;

    /// <summary>Makes a layer with the library's starting weights.</summary>
    /// <param name="width">D, the width of a node's features, positive.</param>
    /// <param name="relations">R, the types of edges, "no edge" not counted; positive.</param>
    /// <param name="aggregation">How messages are put together.</param>
    /// <exception cref="ArgumentException">A number that is not positive, or no such aggregation.</exception>
    public MessagePassing(long width, long relations, Aggregation aggregation = Aggregation.Sum)
        : base(nameof(MessagePassing))
    {
        Require.Positive(width);
        Require.Positive(relations);
        if (!Enum.IsDefined(aggregation))
            throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "Must be Sum, Mean or Max.");

        (this.width, Relations, Aggregation) = (width, relations, aggregation);
        message = Linear(width, relations * width, hasBias: false);
        combine = Linear(2 * width, width);
        output = Linear(width, width);
        RegisterComponents();
    }

    /// <summary>R.</summary>
    public long Relations { get; }

    /// <summary>How messages are put together.</summary>
    public Aggregation Aggregation { get; }

    /// <summary>The nodes after one round.</summary>
    /// <param name="nodes">Features, <c>[B, N, D]</c>, N at least 1, the dtype and device of the layer.</param>
    /// <param name="edges">Types, <c>[B, N, N]</c>, int64 in [0, R] with 0 for no edge; or weights <c>[B, N, N, R]</c> of the layer's dtype, not
    /// negative. Entry i, j is what i hears of j.</param>
    /// <param name="mask">True where there is a node, <c>[B, N]</c>, boolean; null means everywhere.</param>
    /// <returns>Features, <c>[B, N, D]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a type that there is not.</exception>
    public override Tensor forward(Tensor nodes, Tensor edges, Tensor? mask)
    {
        GraphShapes.Features(nodes, width, message.weight!);
        GraphShapes.Mask(mask, nodes);
        ArgumentNullException.ThrowIfNull(edges);
        if (!edges.is_floating_point())
            GraphShapes.Edges(edges, nodes, Relations + 1, mask ?? ones([nodes.size(0), nodes.size(1)], ScalarType.Bool, nodes.device), directed: true);
        else
        {
            Require.Shape(edges, [nodes.size(0), nodes.size(1), nodes.size(1), Relations]);
            Require.SameDtype(edges, nodes);
            Require.SameDevice(edges, nodes);
        }

        using var scope = NewDisposeScope();
        var x = mask is null ? nodes : where(mask.unsqueeze(2), nodes, zeros_like(nodes));
        var pairs = GraphShapes.Pairs(x.size(1), mask, x.device).unsqueeze(3);
        var weights = edges.is_floating_point() ? edges : OneHot(edges, pairs).to(x.dtype);
        weights = where(pairs, weights, zeros_like(weights));                                // [B, N, N, R]
        var heard = Aggregate(message.call(x).reshape(x.size(0), x.size(1), Relations, width), weights);
        var result = x + output.call(combine.call(cat([x, heard], 2)).relu());
        return (mask is null ? result : where(mask.unsqueeze(2), result, zeros_like(result))).MoveToOuterDisposeScope();
    }

    /// <param name="messages">What each node says along each type of edge, <c>[B, N, R, D]</c>.</param>
    /// <param name="weights"><c>[B, N, N, R]</c>.</param>
    private Tensor Aggregate(Tensor messages, Tensor weights)
    {
        if (Aggregation == Aggregation.Max)
        {
            var each = (weights.unsqueeze(4) * messages.unsqueeze(1)).sum(3);                // [B, N, N, D]: what i hears of j
            var near = weights.gt(0).any(3).unsqueeze(3);
            var largest = where(near, each, full_like(each, double.NegativeInfinity)).amax([2]);
            return where(near.any(2), largest, zeros_like(largest));
        }
        var sum = weights.flatten(2).bmm(messages.flatten(1, 2));                            // [B, N, N·R] · [B, N·R, D]
        if (Aggregation == Aggregation.Sum)
            return sum;
        var degree = weights.sum([2, 3]).unsqueeze(2);
        return sum / where(degree > 0, degree, ones_like(degree));
    }

    private Tensor OneHot(Tensor edges, Tensor pairs) =>
        edges.masked_fill(pairs.squeeze(3).logical_not(), 0).unsqueeze(3)
            == arange(1, Relations + 1, dtype: ScalarType.Int64, device: edges.device);
}
