using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>Additive attention with its projections: a network with one hidden layer says how well a key answers a query.</summary>
/// <remarks>
/// <para>Formula: <c>w[t] = softmax_s(a·tanh(W·q[t] + U·k[s] + b))</c>, <c>c[t] = Σ w[t, s]·v[s]</c>:
/// <see cref="Attention.Additive"/> of projected queries and keys. Values are taken as they are.</para>
/// <para>State: <c>query.weight</c> <c>[A, Q]</c>, <c>key.weight</c> <c>[A, K]</c>, <c>key.bias</c> <c>[A]</c>, <c>scoring</c>
/// <c>[A]</c>. Source: Bahdanau, Cho and Bengio 2015, appendix A.1.2.</para>
/// </remarks>
public sealed class AdditiveAttention : AttentionLayer
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Parameter scoring;

    /// <summary>Makes a layer with the library's starting weights.</summary>
    /// <param name="queryWidth">Q, positive.</param>
    /// <param name="keyWidth">K, positive.</param>
    /// <param name="width">A, the units of the hidden layer, positive.</param>
    /// <param name="valueWidth">The width of a value and of the context, positive; null means that of a key.</param>
    /// <exception cref="ArgumentException">A width that is not positive.</exception>
    public AdditiveAttention(long queryWidth, long keyWidth, long width, long? valueWidth = null)
        : base(nameof(AdditiveAttention), queryWidth, keyWidth, valueWidth ?? keyWidth)
    {
        Require.Positive(width);
        query = Linear(queryWidth, width, hasBias: false);
        key = Linear(keyWidth, width);
        var bound = 1 / Math.Sqrt(width);
        scoring = (Parameter)new Parameter(empty(width).uniform_(-bound, bound)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long ContextWidth => ValueWidth;

    private protected override Tensor Like => query.weight!;

    private protected override (Tensor Keys, Tensor Values) Project(Tensor keys, Tensor values) => (key.call(keys), values);

    private protected override AttentionOutput Look(Tensor queries, AttentionMemory memory) =>
        Attention.Add(query.call(queries), memory.Keys, memory.Values, scoring, memory.Mask);
}
