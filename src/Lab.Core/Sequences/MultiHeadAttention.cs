using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>Several dot-product attentions side by side, each on projections of its own, so that a query can look at several
/// places for several reasons.</summary>
/// <remarks>
/// <para>Formula: for each head h, <see cref="Attention.ScaledDotProduct"/> of <c>W[h]·q</c>, <c>U[h]·k</c> and <c>V[h]·v</c>, each of width
/// <c>D / heads</c>; the contexts of all heads, one behind the other, go through <c>output</c>.</para>
/// <para>A query that may see no key gets a context of 0 from every head, and so <c>output.bias</c>.</para>
/// <para>In training, dropout leaves out weights after the softmax; the weights that come out are those before.</para>
/// <para>State: <c>query</c>, <c>key</c>, <c>value</c> and <c>output</c>, each <c>.weight</c> and <c>.bias</c>; head h owns rows
/// <c>h·D/heads</c> and on of the first three. Library: <c>nn.MultiheadAttention</c>, whose <c>in_proj_weight</c> is the first three
/// one below the other. Source: Vaswani et al. 2017, section 3.2.2.</para>
/// </remarks>
public sealed class MultiHeadAttention : AttentionLayer
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly double dropout;

    /// <summary>Makes a layer with the library's starting weights.</summary>
    /// <param name="width">D, the width of a query and of the context, positive, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">How many attentions, positive.</param>
    /// <param name="keyWidth">The width of a key, positive; null means <paramref name="width"/>.</param>
    /// <param name="valueWidth">The width of a value, positive; null means that of a key.</param>
    /// <param name="dropout">Which part of the weights is left out in training, in <c>[0, 1)</c>.</param>
    /// <exception cref="ArgumentException">A number that is not positive, a width that does not divide into heads, or such a
    /// dropout.</exception>
    public MultiHeadAttention(long width, long heads, long? keyWidth = null, long? valueWidth = null, double dropout = 0)
        : base(nameof(MultiHeadAttention), width, keyWidth ?? width, valueWidth ?? keyWidth ?? width)
    {
        Require.Heads(heads, width);
        Require.Fraction(dropout);

        (Heads, this.dropout) = (heads, dropout);
        query = Linear(width, width);
        key = Linear(KeyWidth, width);
        value = Linear(ValueWidth, width);
        output = Linear(width, width);
        RegisterComponents();
    }

    /// <summary>How many attentions there are side by side.</summary>
    public long Heads { get; }

    /// <inheritdoc/>
    public override long ContextWidth => QueryWidth;

    private protected override Tensor Like => query.weight!;

    private protected override (Tensor Keys, Tensor Values) Project(Tensor keys, Tensor values) =>
        (Split(key.call(keys)), Split(value.call(values)));

    private protected override AttentionOutput Look(Tensor queries, AttentionMemory memory)
    {
        var heads = Attention.Dot(
            Split(query.call(queries)), memory.Keys, memory.Values, memory.Mask?.unsqueeze(1), training ? dropout : 0);
        var joined = heads.Context.transpose(1, 2).flatten(2);                  // [B, T, D]
        return heads with { Context = output.call(joined) };
    }

    /// <summary><c>[B, T, D]</c> to <c>[B, heads, T, D / heads]</c>.</summary>
    private Tensor Split(Tensor projected) =>
        projected.reshape(projected.size(0), projected.size(1), Heads, QueryWidth / Heads).transpose(1, 2);
}
