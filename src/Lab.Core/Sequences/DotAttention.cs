using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>Dot-product attention with one projection, that of the queries: the cheapest that learns.</summary>
/// <remarks>
/// <para>Formula: <c>w[t] = softmax_s((W·q[t])·k[s] / √K)</c>, <c>c[t] = Σ w[t, s]·v[s]</c>: <see cref="Attention.ScaledDotProduct"/>
/// of projected queries. Keys and values are taken as they are.</para>
/// <para>State: <c>query.weight</c> <c>[K, Q]</c>. Source: Luong, Pham and Manning 2015, section 3.1, the score "general", here
/// scaled by <c>√K</c>.</para>
/// </remarks>
public sealed class DotAttention : AttentionLayer
{
    private readonly Linear query;

    /// <summary>Makes a layer with the library's starting weights.</summary>
    /// <param name="queryWidth">Q, positive.</param>
    /// <param name="keyWidth">K, positive.</param>
    /// <param name="valueWidth">The width of a value and of the context, positive; null means that of a key.</param>
    /// <exception cref="ArgumentException">A width that is not positive.</exception>
    public DotAttention(long queryWidth, long keyWidth, long? valueWidth = null)
        : base(nameof(DotAttention), queryWidth, keyWidth, valueWidth ?? keyWidth)
    {
        query = Linear(queryWidth, keyWidth, hasBias: false);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long ContextWidth => ValueWidth;

    private protected override Tensor Like => query.weight!;

    private protected override (Tensor Keys, Tensor Values) Project(Tensor keys, Tensor values) => (keys, values);

    private protected override AttentionOutput Look(Tensor queries, AttentionMemory memory) =>
        Attention.Dot(query.call(queries), memory.Keys, memory.Values, memory.Mask);
}
