using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Trees;

/// <summary>Points at places of its input: attention whose weights are the output.</summary>
/// <remarks>
/// <para>Formula: <c>logits[t, s] = v·tanh(W·q[t] + U·m[s] + b)</c>: the scores of additive attention, before their softmax. So the number of classes is
/// the number of places, which differs from input to input.</para>
/// <para>Loss: <c>Loss.CrossEntropy</c> or <c>Loss.SequenceCrossEntropy</c> against the right places; a masked place has the score -∞ and probability 0.</para>
/// <para>State: <c>query.weight</c> <c>[A, Q]</c>, <c>memory.weight</c> <c>[A, D]</c>, <c>memory.bias</c> <c>[A]</c>, <c>scoring</c> <c>[A]</c>. Source: Vinyals, Fortunato
/// and Jaitly 2015.</para>
/// </remarks>
public sealed class PointerHead : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Linear query;
    private readonly Linear memory;
    private readonly Parameter scoring;

    /// <summary>Makes a head with the library's starting weights.</summary>
    /// <param name="queryWidth">Q, positive.</param>
    /// <param name="memoryWidth">D, positive.</param>
    /// <param name="width">A, the units of the hidden layer, positive.</param>
    /// <exception cref="ArgumentException">A width that is not positive.</exception>
    public PointerHead(long queryWidth, long memoryWidth, long width) : base(nameof(PointerHead))
    {
        Require.Positive(queryWidth);
        Require.Positive(memoryWidth);
        Require.Positive(width);
        query = Linear(queryWidth, width, hasBias: false);
        memory = Linear(memoryWidth, width);
        scoring = BiaffineParts.Random(1 / Math.Sqrt(width), width);
        RegisterComponents();
    }

    /// <summary>Scores of places.</summary>
    /// <param name="queries">What asks, <c>[B, T, Q]</c>, floating point.</param>
    /// <param name="places">What is pointed at, <c>[B, S, D]</c> with S at least 1, likewise.</param>
    /// <param name="allowed">True where a place may be pointed at, <c>[B, T, S]</c>, boolean; null allows all. See
    /// <see cref="Pointing.Unused"/>.</param>
    /// <returns>Logits, <c>[B, T, S]</c>; -∞ where not allowed.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public override Tensor forward(Tensor queries, Tensor places, Tensor? allowed)
    {
        Require.FloatingPoint(queries);
        if (queries.shape is not [var batch, var count, var width] || width != query.weight!.size(1))
            throw Require.BadShape(queries, $"[B, T, {query.weight!.size(1)}]");
        Require.SameDtype(queries, scoring, likeName: "the head");
        Require.SameDevice(queries, scoring, likeName: "the head");
        Require.FloatingPoint(places);
        if (places.shape is not [var again, > 0 and var sources, var memoryWidth] || again != batch || memoryWidth != memory.weight!.size(1))
            throw Require.BadShape(places, $"[{batch}, S, {memory.weight!.size(1)}] with S >= 1");
        Require.SameDtype(places, queries);
        Require.SameDevice(places, queries);
        if (allowed is not null)
        {
            Require.Mask(allowed);
            Require.Shape(allowed, [batch, count, sources]);
            Require.SameDevice(allowed, queries);
        }

        using var scope = NewDisposeScope();
        var hidden = (query.call(queries).unsqueeze(2) + memory.call(places).unsqueeze(1)).tanh();              // [B, T, S, A]
        var logits = (hidden * scoring).sum(-1);
        return (allowed is null ? logits : logits.masked_fill(allowed.logical_not(), double.NegativeInfinity)).MoveToOuterDisposeScope();
    }
}
