using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Calibration;

/// <summary>How sure a classifier was, and how often right, bin by bin of its confidence: the numbers of a reliability
/// diagram.</summary>
/// <param name="Confidence">The mean confidence, <c>[M]</c>; NaN in a bin without examples.</param>
/// <param name="Accuracy">The share that is right, <c>[M]</c>; NaN in a bin without examples.</param>
/// <param name="Count">The number of examples, <c>[M]</c>, int64.</param>
public sealed record ReliabilityBins(Tensor Confidence, Tensor Accuracy, Tensor Count);

/// <summary>Whether a classifier's confidence can be believed, and what to do where it cannot.</summary>
public static partial class Confidence
{
    /// <summary>Sorts examples into bins of equal width by the confidence of the prediction, and looks how often each bin is
    /// right.</summary>
    /// <remarks>
    /// <para>Formula: the prediction is the most probable class, the first of them where several are, and its probability the
    /// confidence c. Bin m of M holds <c>m/M &lt; c ≤ (m + 1)/M</c>, from m = 0. A classifier is calibrated where accuracy is
    /// confidence.</para>
    /// <para>Gradient: none.</para>
    /// <para>Numerics: bins are chosen and sums taken in float64, whatever the dtype.</para>
    /// <para>Oracle: a loop over the examples in plain doubles. Source: Guo et al. 2017, section 2.</para>
    /// </remarks>
    /// <param name="probabilities">p in <c>[0, 1]</c>, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="bins">M, 1 or more.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Confidence and accuracy in the dtype of <paramref name="probabilities"/>, and counts.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number of bins other than those above, or (on the CPU) an index or
    /// a probability outside: logits by mistake.</exception>
    public static ReliabilityBins Reliability(
        Tensor probabilities, Tensor targets, int bins = 15, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        RequireProbabilities(probabilities, targets, bins, ignoreIndex);

        using var scope = NewDisposeScope();
        var (count, confidence, right) = Sums(probabilities, targets, bins, ignoreIndex);
        var dtype = probabilities.dtype;
        return new(                                                       // 0 / 0 is the NaN of an empty bin
            (confidence / count).to(dtype).MoveToOuterDisposeScope(),
            (right / count).to(dtype).MoveToOuterDisposeScope(),
            count.to(ScalarType.Int64).MoveToOuterDisposeScope());
    }

    private static void RequireProbabilities(Tensor probabilities, Tensor targets, int bins, long ignoreIndex)
    {
        Require.FloatingPoint(probabilities);
        ClassShapes.RequireIndices(probabilities, targets, null, ignoreIndex);
        if (bins < 1)
            throw new ArgumentOutOfRangeException(nameof(bins), bins, "Must be 1 or more.");
        Require.Probabilities(probabilities);
    }

    /// <summary>Examples, their confidences and the right ones among them, summed in each bin: <c>[M]</c> each, float64.</summary>
    private static (Tensor Count, Tensor Confidence, Tensor Right) Sums(
        Tensor probabilities, Tensor targets, int bins, long ignoreIndex)
    {
        var classes = probabilities.size(1);
        var rows = probabilities.detach().movedim([1], [-1]).reshape(-1, classes);
        var truth = targets.reshape(-1);
        var valid = (truth != ignoreIndex).nonzero().squeeze(1);
        (rows, truth) = (rows.index_select(0, valid), truth.index_select(0, valid));

        var confidence = rows.amax([1], keepdim: true);                   // [N, 1]
        var number = arange(classes, device: rows.device).expand(rows.shape);
        var predicted = number.masked_fill(rows != confidence, classes).amin([1]);
        var sure = confidence.squeeze(1).to(ScalarType.Float64);
        var bin = ((sure * bins).ceil().to(ScalarType.Int64) - 1).clamp(0, bins - 1);
        return (Sum(ones_like(sure)), Sum(sure), Sum((predicted == truth).to(ScalarType.Float64)));

        Tensor Sum(Tensor values) =>
            zeros(bins, dtype: ScalarType.Float64, device: values.device).index_add(0, bin, values, 1);
    }
}
