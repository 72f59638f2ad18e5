using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>Continuous scores as distributions over evenly spaced bins, and back: regression by a classification head.</summary>
public static partial class ScoreBins
{
    /// <summary>Turns scores into soft labels: each is shared out between the two bins beside it.</summary>
    /// <remarks>
    /// <para>Formula: bin k stands for the score <c>c[k] = low + k·Δ</c> with <c>Δ = (high - low) / (n - 1)</c>. With the position
    /// <c>u = (s - low) / Δ</c> between bins i and i + 1, <c>q[i] = 1 - (u - i)</c> and <c>q[i + 1] = u - i</c>. Over 0 to 5 in six
    /// bins, 2.33 is 0.67 on 2 and 0.33 on 3.</para>
    /// <para>Gradient: <c>-1/Δ</c> at bin i and <c>1/Δ</c> at bin i + 1; at a bin's own score, that towards higher scores.</para>
    /// <para>The result fits <see cref="Loss.CrossEntropy"/> and <see cref="Loss.KullbackLeibler"/> as it is;
    /// <see cref="ExpectedScore"/> takes it back.</para>
    /// <para>Oracle: a search for the two bins, in plain doubles. Source: Tai et al. 2015, section 4.2 (their equation for scores
    /// from 1 to K).</para>
    /// </remarks>
    /// <param name="scores">s, in <c>[low, high]</c>, <c>[B, ...]</c>, floating point.</param>
    /// <param name="low">The score of the first bin.</param>
    /// <param name="high">The score of the last bin, above <paramref name="low"/>.</param>
    /// <param name="bins">n, the number of bins, 2 or more: 6 for the whole scores from 0 to 5.</param>
    /// <returns>Probabilities that sum to 1 over the bins, <c>[B, n, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A scalar, integers, a range or number of bins other than those above, or (on the
    /// CPU) a score outside the range.</exception>
    public static Tensor SoftLabels(Tensor scores, double low, double high, int bins)
    {
        Require.FloatingPoint(scores);
        if (scores.dim() == 0)
            throw Require.BadShape(scores, "[B, ...]");
        Require.Interval(low, high);
        if (bins < 2)
            throw new ArgumentOutOfRangeException(nameof(bins), bins, "Must be 2 or more.");
        Require.Between(scores, low, high);

        using var scope = NewDisposeScope();
        var position = ((scores - low) / (high - low) * (bins - 1)).unsqueeze(1); // [B, 1, ...]
        var lower = position.detach().floor().clamp(max: bins - 2);       // the last bin has none above it
        var share = position - lower;
        var bin = BinNumbers(bins, position);                             // [n, 1, ...]
        var labels = where(bin == lower, 1 - share, where(bin == lower + 1, share, zeros_like(share)));
        return labels.MoveToOuterDisposeScope();
    }

    /// <summary>0 to K - 1 along dimension 1 of a tensor <c>[B, K, ...]</c>.</summary>
    private static Tensor BinNumbers(long bins, Tensor like) =>
        arange(bins, dtype: like.dtype, device: like.device).reshape([-1, .. Enumerable.Repeat(1L, (int)like.dim() - 2)]);
}
