using Lab.Core.Losses;
using static TorchSharp.torch;

namespace Lab.Core.Calibration;

public static partial class Confidence
{
    /// <summary>How far confidence and accuracy lie apart, on average over the examples.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ count[m]/N · |accuracy[m] - confidence[m]|</c> over the bins of <see cref="Reliability"/>; in
    /// <c>[0, 1]</c>, and 0 where no target is valid.</para>
    /// <para>Gradient: none.</para>
    /// <para>It depends on the number of bins: more of them show more, and with few examples in each chance shows too. Being
    /// calibrated is not being good: who always answers with the class frequencies has error 0.</para>
    /// <para>Oracle: a loop over the examples in plain doubles. Source: Naeini et al. 2015; Guo et al. 2017, equation 3.</para>
    /// </remarks>
    /// <param name="probabilities">p in <c>[0, 1]</c>, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="bins">M, 1 or more.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>A scalar in the dtype of <paramref name="probabilities"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number of bins other than those above, or (on the CPU) an index or
    /// a probability outside: logits by mistake.</exception>
    public static Tensor ExpectedCalibrationError(
        Tensor probabilities, Tensor targets, int bins = 15, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        RequireProbabilities(probabilities, targets, bins, ignoreIndex);

        using var scope = NewDisposeScope();
        var (count, confidence, right) = Sums(probabilities, targets, bins, ignoreIndex);
        var error = (right - confidence).abs().sum() / count.sum().clamp(min: 1);
        return error.to(probabilities.dtype).MoveToOuterDisposeScope();
    }
}
