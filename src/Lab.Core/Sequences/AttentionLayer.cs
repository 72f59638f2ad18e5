using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>
/// Attention with learned projections: <see cref="DotAttention"/>, <see cref="AdditiveAttention"/> or
/// <see cref="MultiHeadAttention"/>. A decoder works with any of them.
/// </summary>
/// <remarks>
/// <c>call(queries, keys, values, mask)</c> does all at once. A decoder that asks step by step calls <see cref="Remember"/> once
/// and <see cref="Attend"/> at every step: keys and values are then projected once, with the same result.
/// </remarks>
public abstract class AttentionLayer : Module<Tensor, Tensor, Tensor, Tensor?, AttentionOutput>
{
    private protected AttentionLayer(string name, long queryWidth, long keyWidth, long valueWidth)
        : base(name)
    {
        Require.Positive(queryWidth);
        Require.Positive(keyWidth);
        Require.Positive(valueWidth);
        (QueryWidth, KeyWidth, ValueWidth) = (queryWidth, keyWidth, valueWidth);
    }

    /// <summary>The width of a query.</summary>
    public long QueryWidth { get; }

    /// <summary>The width of a key.</summary>
    public long KeyWidth { get; }

    /// <summary>The width of a value.</summary>
    public long ValueWidth { get; }

    /// <summary>The width of the context that comes out.</summary>
    public abstract long ContextWidth { get; }

    /// <summary>A parameter, whose dtype and device the inputs must have.</summary>
    private protected abstract Tensor Like { get; }

    /// <summary>Looks at keys and answers with a mean of their values, for each query.</summary>
    /// <param name="queries"><c>[B, T, Q]</c>, the dtype and device of the layer.</param>
    /// <param name="keys"><c>[B, S, K]</c> with S of 1 or more, likewise.</param>
    /// <param name="values"><c>[B, S, V]</c>, likewise.</param>
    /// <param name="mask">True = may be seen; boolean, <c>[B, S]</c> for padded keys, or <c>[B, T, S]</c>, or <c>[1, T, S]</c>
    /// for the same in every example. What stands in a key or value that nobody sees has no effect.</param>
    /// <returns>Context <c>[B, T, C]</c>, and weights <c>[B, T, S]</c> or, with several heads, <c>[B, heads, T, S]</c>. A query
    /// that may see no key gets weights of 0.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public sealed override AttentionOutput forward(Tensor queries, Tensor keys, Tensor values, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var output = Attend(queries, Remember(keys, values, mask));
        return new(output.Context.MoveToOuterDisposeScope(), output.Weights.MoveToOuterDisposeScope());
    }

    /// <summary>Projects keys and values, once for all queries to come.</summary>
    /// <param name="keys"><c>[B, S, K]</c> with S of 1 or more, the dtype and device of the layer.</param>
    /// <param name="values"><c>[B, S, V]</c>, likewise.</param>
    /// <param name="mask">True = may be seen; boolean, <c>[B, S]</c> or <c>[B, T, S]</c> or <c>[1, T, S]</c>.</param>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public AttentionMemory Remember(Tensor keys, Tensor values, Tensor? mask = null)
    {
        RequireReal(keys);
        if (keys.shape is not [var batch, > 0, var keyWidth] || keyWidth != KeyWidth)
            throw Require.BadShape(keys, $"[B, S, {KeyWidth}] with S >= 1");
        RequireReal(values);
        Require.Shape(values, [batch, keys.size(1), ValueWidth]);
        if (mask is not null)
        {
            Require.Mask(mask);
            Require.SameDevice(mask, keys);
            var fits = mask.shape switch
            {
                [var b, var s] => b == batch && s == keys.size(1),
                [var b, _, var s] => (b == batch || b == 1) && s == keys.size(1),
                _ => false,
            };
            if (!fits)
                throw Require.BadShape(mask, $"[{batch}, {keys.size(1)}] or [{batch}, T, {keys.size(1)}]");
        }

        using var scope = NewDisposeScope();
        if (mask is not null)
        {
            mask = mask.dim() == 2 ? mask.unsqueeze(1) : mask.alias();
            var unseen = mask.any(1).logical_not().unsqueeze(-1);               // [B or 1, S, 1]
            var same = ReferenceEquals(keys, values);
            keys = keys.masked_fill(unseen, 0);                                 // 0 · NaN would be NaN, in the gradient too
            values = same ? keys : values.masked_fill(unseen, 0);
        }
        var (k, v) = Project(keys, values);
        return new(Kept(k, keys), Kept(v, values), mask?.MoveToOuterDisposeScope());

        Tensor Kept(Tensor projected, Tensor given) =>
            (ReferenceEquals(projected, given) ? projected.alias() : projected).MoveToOuterDisposeScope();
    }

    /// <summary>Looks at remembered keys.</summary>
    /// <param name="queries"><c>[B, T, Q]</c>, the dtype and device of the layer.</param>
    /// <param name="memory">What <see cref="Remember"/> gave for the same B.</param>
    /// <returns>Context and weights, as of <see cref="forward"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public AttentionOutput Attend(Tensor queries, AttentionMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        RequireReal(queries);
        var batch = memory.Keys.size(0);
        if (queries.shape is not [var b, var count, var width] || b != batch || width != QueryWidth)
            throw Require.BadShape(queries, $"[{batch}, T, {QueryWidth}]");
        if (memory.Mask?.size(1) is { } rows && rows != 1 && rows != count)
            throw Require.BadShape(queries, $"[{batch}, {rows}, {QueryWidth}], one query for each row of the mask,");

        using var scope = NewDisposeScope();
        var output = Look(queries, memory);
        return new(output.Context.MoveToOuterDisposeScope(), output.Weights.MoveToOuterDisposeScope());
    }

    /// <summary>Projects checked keys and values whose unseen places are 0; may give them back as they are.</summary>
    private protected abstract (Tensor Keys, Tensor Values) Project(Tensor keys, Tensor values);

    /// <summary>Attends with checked queries, in the scope of the caller.</summary>
    private protected abstract AttentionOutput Look(Tensor queries, AttentionMemory memory);

    private void RequireReal(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        Require.FloatingPoint(tensor, name);
        Require.SameDtype(tensor, Like, name, "the layer");
        Require.SameDevice(tensor, Like, name, "the layer");
    }
}
