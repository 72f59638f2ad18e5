using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class ScoreBins
{
    /// <summary>The score that a distribution over evenly spaced bins means: its expectation.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ p[k]·c[k]</c> with the scores of the bins <c>c[k] = low + k·(high - low) / (K - 1)</c>. The expectation of
    /// <see cref="SoftLabels"/> is the score they were made from.</para>
    /// <para>Gradient: <c>c[k]</c>.</para>
    /// <para>Not its inverse the other way round: many distributions have the same expectation, and a distribution with two
    /// peaks is answered by a score between them that it holds for unlikely.</para>
    /// <para>Oracle: a sum in plain doubles.</para>
    /// </remarks>
    /// <param name="probabilities">p, which sums to 1 over the K bins, 2 or more, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="low">The score of the first bin.</param>
    /// <param name="high">The score of the last bin, above <paramref name="low"/>.</param>
    /// <returns>Scores in <c>[low, high]</c>, <c>[B, ...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or range other than those above, or (on the CPU) what is no
    /// distribution: logits, or independent sigmoids.</exception>
    public static Tensor ExpectedScore(Tensor probabilities, double low, double high)
    {
        Require.FloatingPoint(probabilities);
        if (probabilities.shape is not [_, >= 2 and var bins, ..])
            throw Require.BadShape(probabilities, "[B, K, ...] with K >= 2");
        Require.Interval(low, high);
        Require.Distributions(probabilities, 1);

        using var scope = NewDisposeScope();
        var centres = low + BinNumbers(bins, probabilities) * ((high - low) / (bins - 1)); // [K, 1, ...]
        return (probabilities * centres).sum(1).MoveToOuterDisposeScope();
    }
}
