using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Graphs;

/// <summary>A head that puts out the edges of a graph as a set: one decision for each pair of nodes.</summary>
/// <remarks>
/// <para>Formula: <c>z[i, j] = W·relu(U·x[i] + U·x[j] + V·(x[i] ∘ x[j])) + b</c>, with type 0 for "no edge". Sum and product do not
/// know which node comes first, so <c>z[i, j] = z[j, i]</c> to the last bit.</para>
/// <para>By construction the set has no edge from a node to itself, none to a padded node, and none twice: on those places the logit of
/// "no edge" is 0 and all others are -∞, whatever was learned, and the places i, j and j, i are one decision.</para>
/// <para>Renumbering the nodes renumbers the output, and changes nothing else. Work and memory grow with N².</para>
/// <para>State: <c>node</c> (U, with a bias), <c>product.weight</c> (V), <c>classify</c> (W, b). Source: the decoders of Kipf and Welling
/// 2016 and Simonovsky and Komodakis 2018.</para>
/// </remarks>
public sealed class EdgeSetHead : Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear node;
    private readonly Linear product;
    private readonly Linear classify;
    private readonly long width;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">D, the width of a node's features, positive.</param>
    /// <param name="edgeTypes">E, the types of edges, "no edge" counted; at least 2.</param>
    /// <param name="hidden">The width of a pair's features, positive; null means D.</param>
    /// <exception cref="ArgumentException">A number other than those above.</exception>
    public EdgeSetHead(long width, long edgeTypes, long? hidden = null)
        : base(nameof(EdgeSetHead))
    {
        Require.Positive(width);
        if (edgeTypes < 2)
            throw new ArgumentOutOfRangeException(nameof(edgeTypes), edgeTypes, "Must be at least 2: no edge, and an edge.");
        if (hidden is { } given)
            Require.Positive(given, nameof(hidden));

        this.width = width;
        EdgeTypes = edgeTypes;
        node = Linear(width, hidden ?? width);
        product = Linear(width, hidden ?? width, hasBias: false);
        classify = Linear(hidden ?? width, edgeTypes);
        RegisterComponents();
    }

    /// <summary>E.</summary>
    public long EdgeTypes { get; }

    /// <summary>The logits of each pair's edge types.</summary>
    /// <param name="nodes">Features of the nodes, <c>[B, N, D]</c>, N at least 1, the dtype and device of the head.</param>
    /// <param name="mask">True where there is a node, <c>[B, N]</c>, boolean; null means everywhere. Features elsewhere are not looked at.</param>
    /// <returns>Raw logits <c>[B, N, N, E]</c>, symmetric in the two nodes.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor nodes, Tensor? mask)
    {
        GraphShapes.Features(nodes, width, node.weight!);
        GraphShapes.Mask(mask, nodes);

        using var scope = NewDisposeScope();
        var x = mask is null ? nodes : where(mask.unsqueeze(2), nodes, zeros_like(nodes));   // NaN · 0 would be NaN
        var once = node.call(x);                                                             // [B, N, H]
        var twice = product.call(x.unsqueeze(2) * x.unsqueeze(1));                           // [B, N, N, H]
        var logits = classify.call((once.unsqueeze(2) + once.unsqueeze(1) + twice).relu());
        var absent = GraphShapes.Pairs(x.size(1), mask, x.device).logical_not().unsqueeze(3);
        var never = full([EdgeTypes], double.NegativeInfinity, dtype: x.dtype, device: x.device);
        never[0] = 0;
        return where(absent, never, logits).MoveToOuterDisposeScope();
    }
}
