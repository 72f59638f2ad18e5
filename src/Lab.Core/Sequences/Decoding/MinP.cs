using static TorchSharp.torch;

namespace Lab.Core.Sequences.Decoding;

public static partial class LogitFilter
{
    /// <summary>Keeps the tokens at least a share as probable as the most probable one.</summary>
    /// <remarks>
    /// <para>Formula: a token is kept when <c>p[v] ≥ share · max p</c>, which is <c>z[v] ≥ max z + log share</c>: no sum, no
    /// sort. Where the model is sure few tokens stay, where it is not many do.</para>
    /// <para>Gradient: 1 where a logit is kept, 0 elsewhere.</para>
    /// <para>Numerics: differences of logits in float64, the bound met within 1e-6.</para>
    /// <para>Library op: none. Source: Nguyen et al. 2024, "Turning up the heat: min-p sampling".</para>
    /// </remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point.</param>
    /// <param name="share">The least share of the greatest probability, in <c>(0, 1]</c>.</param>
    /// <returns>Logits, <c>[N, V]</c>, -∞ where a token is out.</returns>
    /// <exception cref="ArgumentException">Not floating point, another shape, or a share outside (0, 1].</exception>
    public static Tensor MinP(Tensor logits, double share)
    {
        Vocabulary(logits);
        Share(share);

        using var scope = NewDisposeScope();
        var scores = logits.detach().to(ScalarType.Float64);
        var least = scores.amax([-1], keepdim: true) + (Math.Log(share) - Slack);
        return Keep(logits, scores >= least).MoveToOuterDisposeScope();
    }
}
