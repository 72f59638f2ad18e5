using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

public static partial class Attention
{
    /// <summary>Attention whose scores come from a small network with one hidden layer, as in the first attention model.</summary>
    /// <remarks>
    /// <para>Formula: <c>w[t] = softmax_s(a·tanh(q[t] + k[s]))</c>, <c>c[t] = Σ w[t, s]·v[s]</c>. Queries and keys are already
    /// projected to a common width; <see cref="AdditiveAttention"/> does that.</para>
    /// <para>Gradient: tanh is flat for large sums, so scores stay within <c>±Σ |a|</c> and no scaling is needed. Masked
    /// places get exactly 0.</para>
    /// <para>Masking: as <see cref="ScaledDotProduct"/>; a query that may see no key gets weights and context of 0. Where padded
    /// keys are not masked they are not skipped: tanh(q + 0) is a score like any other.</para>
    /// <para>Numerics: finite for finite inputs. It holds T·S·A numbers per example, where dot products hold T·S.</para>
    /// <para>Oracle: loops in plain doubles. Source: Bahdanau, Cho and Bengio 2015, appendix A.1.2.</para>
    /// </remarks>
    /// <param name="queries">q, <c>[..., T, A]</c>, floating point.</param>
    /// <param name="keys">k, <c>[..., S, A]</c> with S of 1 or more, the leading dimensions, dtype and device of
    /// <paramref name="queries"/>.</param>
    /// <param name="values">v, <c>[..., S, E]</c>, likewise.</param>
    /// <param name="scoring">a, <c>[A]</c>, the weights that turn the hidden layer into a score.</param>
    /// <param name="mask">True = this query may see this key; boolean, of a shape that broadcasts to <c>[..., T, S]</c>.</param>
    /// <returns>Context <c>[..., T, E]</c> and weights <c>[..., T, S]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static AttentionOutput Additive(Tensor queries, Tensor keys, Tensor values, Tensor scoring, Tensor? mask = null)
    {
        AttentionShapes.RequireTriple(queries, keys, values, mask);
        Require.SameDtype(scoring, queries);
        Require.Shape(scoring, [queries.size(-1)]);
        Require.SameDevice(scoring, queries);

        using var scope = NewDisposeScope();
        var (q, k, v) = AttentionShapes.Silence(queries, keys, values, mask);
        return Out(Add(q, k, v, scoring, mask));
    }

    /// <summary>The formula alone, for arguments that were checked, in the scope of the caller.</summary>
    internal static AttentionOutput Add(Tensor queries, Tensor keys, Tensor values, Tensor scoring, Tensor? mask)
    {
        var hidden = (queries.unsqueeze(-2) + keys.unsqueeze(-3)).tanh();                       // [..., T, S, A]
        return Read(hidden.matmul(scoring), values, mask);
    }
}
