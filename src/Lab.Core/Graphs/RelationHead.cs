using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Graphs;

/// <summary>A head that says, of every ordered pair of objects, which relations hold: the edges of a scene graph.</summary>
/// <remarks>
/// <para>Formula: <c>z[i, j] = W·relu(S·x[i] + O·x[j] + P·p[i, j] + c) + b</c>: the first object is the subject, the second one the
/// object, and "left of" is not symmetric. Several relations may hold at once, so these are logits of labels, one by one: they go to
/// <c>Loss.BinaryCrossEntropyWithLogits</c>, at the places of real pairs.</para>
/// <para>Where there is no pair (a node with itself, a padded node) all logits are -∞: never.</para>
/// <para>State: <c>subject</c> (S, with the bias c), <c>object.weight</c> (O), <c>pair.weight</c> (P), <c>classify</c> (W, b). Source: the predicate
/// classifiers of Lu et al. 2016 and Zellers et al. 2018, without their language priors.</para>
/// </remarks>
public sealed class RelationHead : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Linear subject;
    private readonly Linear @object;
    private readonly Linear pair;
    private readonly Linear classify;
    private readonly long width;
    private readonly long pairWidth;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="width">D, the width of an object's features, positive.</param>
    /// <param name="pairWidth">P, the width of a pair's features, as of where its boxes lie to each other, positive.</param>
    /// <param name="relations">R, positive.</param>
    /// <param name="hidden">The width between, positive.</param>
    /// <exception cref="ArgumentException">A number that is not positive.</exception>
    public RelationHead(long width, long pairWidth, long relations, long hidden)
        : base(nameof(RelationHead))
    {
        Require.Positive(width);
        Require.Positive(pairWidth);
        Require.Positive(relations);
        Require.Positive(hidden);

        (this.width, this.pairWidth, Relations) = (width, pairWidth, relations);
        subject = Linear(width, hidden);
        @object = Linear(width, hidden, hasBias: false);
        pair = Linear(pairWidth, hidden, hasBias: false);
        classify = Linear(hidden, relations);
        RegisterComponents();
    }

    /// <summary>R.</summary>
    public long Relations { get; }

    /// <summary>The logits of every relation of every ordered pair.</summary>
    /// <param name="nodes">Features of the objects, <c>[B, N, D]</c>, N at least 1, the dtype and device of the head.</param>
    /// <param name="pairs">Features of ordered pairs, <c>[B, N, N, P]</c>, likewise.</param>
    /// <param name="mask">True where there is an object, <c>[B, N]</c>, boolean; null means everywhere.</param>
    /// <returns>Raw logits, <c>[B, N, N, R]</c>: row i is the subject.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor nodes, Tensor pairs, Tensor? mask)
    {
        GraphShapes.Features(nodes, width, subject.weight!);
        GraphShapes.Mask(mask, nodes);
        ArgumentNullException.ThrowIfNull(pairs);
        Require.Shape(pairs, [nodes.size(0), nodes.size(1), nodes.size(1), pairWidth]);
        Require.SameDtype(pairs, nodes);
        Require.SameDevice(pairs, nodes);

        using var scope = NewDisposeScope();
        var there = GraphShapes.Pairs(nodes.size(1), mask, nodes.device).unsqueeze(3);
        var x = mask is null ? nodes : where(mask.unsqueeze(2), nodes, zeros_like(nodes));
        var p = where(there, pairs, zeros_like(pairs));
        var hidden = subject.call(x).unsqueeze(2) + @object.call(x).unsqueeze(1) + pair.call(p);
        var logits = classify.call(hidden.relu());
        return where(there, logits, full_like(logits, double.NegativeInfinity)).MoveToOuterDisposeScope();
    }
}
