using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Keeps the fewest tokens of mass at least p whose surprise is closest to what the model expects.</summary>
    /// <remarks>
    /// <para>Formula: with entropy <c>H = -Σ p log p</c>, tokens are ordered by <c>|-log p[v] - H|</c>, the least first, and token
    /// i is kept when the mass before it is less than p. The first is always kept. The most probable token may go: it says too
    /// little.</para>
    /// <para>Gradient: 1 where a logit is kept, 0 elsewhere.</para>
    /// <para>Numerics: in float64; distances are compared to six decimals of a nat, since tokens above and below the entropy can
    /// be equally far (as all of [.5, .25, .25] are), and rounding must not order them. p is reached within 1e-6. p = 1 keeps
    /// all.</para>
    /// <para>Library op: none. Source: Meister et al. 2023, "Locally typical sampling".</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="p">The mass to reach, in <c>(0, 1]</c>.</param>
    /// <returns>Logits, <c>[N, V]</c>, -∞ where a token is out.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, or p outside (0, 1].</exception>
    public static Tensor Typical(Tensor logits, double p)
    {
        Vocabulary(logits);
        Share(p);

        using var scope = NewDisposeScope();
        if (p == 1)
            return logits.clone().MoveToOuterDisposeScope();
        var logProbs = logits.detach().to(ScalarType.Float64).log_softmax(-1);
        var probs = logProbs.exp();
        var entropy = -(probs * logProbs.clamp(min: -1e300)).sum(-1, keepdim: true);  // 0 log 0 is 0, not NaN
        var order = (-logProbs - entropy).abs().round(6).sort(-1, stable: true).Indices;
        return Keep(logits, Reaching(p, probs.gather(-1, order), order)).MoveToOuterDisposeScope();
    }
}
