using Lab.Core.Kernels;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Keeps the nucleus: the fewest tokens, most probable first, whose probabilities sum to at least p (top-p).</summary>
    /// <remarks>
    /// <para>Formula: with tokens ordered by probability, token i is kept when the mass before it, <c>Σ p[j], j &lt; i</c>, is
    /// less than p. The first is always kept.</para>
    /// <para>Gradient: 1 where a logit is kept, 0 elsewhere.</para>
    /// <para>Numerics: masses in float64, and p is reached within 1e-6. Of the probabilities [.5, .25, .25] p = .5 keeps the
    /// first alone: a test for <c>mass before &gt; p</c> would keep one token too many. p = 1 keeps all.</para>
    /// <para>Library op: none; <c>sort</c>, <c>softmax</c> and <c>cumsum</c>. Source: Holtzman et al. 2020, section 3.1.</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="p">The mass to reach, in <c>(0, 1]</c>.</param>
    /// <returns>Logits, <c>[N, V]</c>, -∞ where a token is out.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, or p outside (0, 1].</exception>
    public static Tensor Nucleus(Tensor logits, double p)
    {
        Vocabulary(logits);
        Share(p);
        if (p < 1 && KernelTakes(logits))
            return NucleusKernel.Of(logits, p - Slack);

        using var scope = NewDisposeScope();
        if (p == 1)
            return logits.clone().MoveToOuterDisposeScope();
        var (sorted, order) = logits.detach().to(ScalarType.Float64).sort(-1, descending: true, stable: true);
        return Keep(logits, Reaching(p, sorted.softmax(-1), order)).MoveToOuterDisposeScope();
    }
}
