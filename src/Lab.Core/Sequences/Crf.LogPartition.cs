using Lab.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>The linear-chain conditional random field: a distribution over all tag sequences ("paths") of a sentence.</summary>
/// <remarks>
/// <para>The score of a path y over places 1..T is <c>start[y₁] + Σ emissions[t, yₜ] + Σ transitions[yₜ₋₁, yₜ] + end[y_T]</c>, and its
/// probability <c>exp(score - log Z)</c>. There is one convention, everywhere: <c>transitions[from, to]</c>.</para>
/// <para>Mask (true = valid): any mask is taken, and means that the chain is made of the valid places alone, in order, as if the
/// others were cut out. Padding at the end, at the front and holes are all the same to it. What stands at the others
/// (emissions, tags such as -100) is never read. A chain without valid places has one path, the empty one, of score 0.</para>
/// <para>A score of -∞ forbids a tag or a transition; gradients stay finite. Where everything is forbidden, log Z is -∞.</para>
/// <para>float16 and bfloat16 are computed in float32. Source: Lafferty, McCallum and Pereira 2001.</para>
/// </remarks>
public static partial class Crf
{
    /// <summary>The tag that decoders write at places that are not valid.</summary>
    public const long PaddingTag = -100;

    /// <summary>Above so many entries a level of the scan would cost more memory than its few steps are worth.</summary>
    private const long MostScanEntries = 1L << 26;

    /// <summary>log Z, the logarithm of the sum of exp(score) over all paths: the forward algorithm.</summary>
    /// <remarks>
    /// <para>Formula: <c>α₁[j] = start[j] + e₁[j]</c>; <c>αₜ[j] = log Σᵢ exp(αₜ₋₁[i] + transitions[i, j]) + eₜ[j]</c>;
    /// <c>log Z = log Σⱼ exp(α_T[j] + end[j])</c>. T·K² steps stand for K^T paths.</para>
    /// <para>Gradient: in emissions the probability of each tag at each place, in transitions the expected number of times each
    /// is taken: see <see cref="TagMarginals"/> and <see cref="ExpectedCounts"/>.</para>
    /// <para>Numerics: the largest term of each sum is taken out. Where all paths are forbidden, the value is -∞ and the gradient 0.</para>
    /// <para>Oracle: all K^T paths, one by one.</para>
    /// </remarks>
    /// <param name="emissions">The score of each tag at each place, <c>[B, T, K]</c>, T and K at least 1, floating point.</param>
    /// <param name="transitions">The score of going from the row's tag to the column's, <c>[K, K]</c>.</param>
    /// <param name="start">The score of beginning with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="end">The score of ending with a tag, <c>[K]</c>; none means 0.</param>
    /// <param name="mask">True where a place is valid, <c>[B, T]</c>, boolean; none means all.</param>
    /// <param name="form">How it is computed; the result is the same.</param>
    /// <returns>Nats, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above.</exception>
    public static Tensor LogPartition(
        Tensor emissions, Tensor transitions, Tensor? start = null, Tensor? end = null, Tensor? mask = null,
        CrfForm form = CrfForm.Auto)
    {
        ChainShapes.Check(emissions, transitions, start, end, mask);
        ChainShapes.Form(form);

        using var scope = NewDisposeScope();
        var logPartition = Choose(form, emissions) switch
        {
            CrfForm.Kernel => ChainFunction.Run(emissions, transitions, start, end, mask, tags: null),
            CrfForm.Scan => ScanLogPartition(Chain.Of(emissions, transitions, start, end, mask)),
            _ => LoopLogPartition(Chain.Of(emissions, transitions, start, end, mask)),
        };
        return logPartition.to(emissions.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The form that runs.</summary>
    internal static CrfForm Choose(CrfForm form, Tensor emissions)
    {
        var kernel = emissions.device_type == DeviceType.CPU && emissions.dtype is ScalarType.Float32 or ScalarType.Float64;
        if (form is CrfForm.Auto)
        {
            var (places, tags) = (emissions.size(0) * emissions.size(1), emissions.size(2));
            return kernel && Forms.Asked != Form.Readable ? CrfForm.Kernel
                : emissions.device_type != DeviceType.CPU && places / 2 * tags * tags * tags <= MostScanEntries ? CrfForm.Scan
                : CrfForm.Loop;
        }
        return form is CrfForm.Kernel && !kernel ? CrfForm.Loop : form;
    }

    private static Tensor LoopLogPartition(Chain chain) => chain.Close(chain.Forward()[^1]);

    /// <summary>
    /// Matrix products in the log domain, <c>(A ∘ B)[i, j] = log Σₖ exp(A[i, k] + B[k, j])</c>, are associative: neighbours are
    /// multiplied all at once, then the products' neighbours, until one matrix is left.
    /// </summary>
    private static Tensor ScanLogPartition(Chain chain)
    {
        var alpha = chain.Start + chain.At(0);                            // [B, K]
        if (chain.Length == 1)
            return chain.Close(alpha);
        var nothing = zeros([chain.Tags, chain.Tags], alpha.dtype, alpha.device)
            .masked_fill(eye(chain.Tags, dtype: ScalarType.Bool, device: alpha.device).logical_not(), double.NegativeInfinity);
        var factors = where(
            chain.Valid.narrow(1, 1, chain.Length - 1).unsqueeze(2).unsqueeze(3),
            chain.Transitions + chain.Emissions.narrow(1, 1, chain.Length - 1).unsqueeze(2), nothing);      // [B, T - 1, K, K]
        while (factors.size(1) > 1)
        {
            var (count, pairs) = (factors.size(1), factors.size(1) / 2);
            var left = factors.slice(1, 0, 2 * pairs, 2).unsqueeze(4);                              // [B, pairs, K, K, 1]
            var right = factors.slice(1, 1, 2 * pairs, 2).unsqueeze(2);                             // [B, pairs, 1, K, K]
            var products = Activations.Activation.LogSumExp(left + right, 3);
            factors = count % 2 == 0 ? products : cat([products, factors.narrow(1, count - 1, 1)], 1);
        }
        return chain.Close(Activations.Activation.LogSumExp(alpha.unsqueeze(2) + factors.select(1, 0), 1));
    }
}
