using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>How good predictions are: numbers to report, over a whole data set.</summary>
public static partial class Metric
{
    /// <summary>Pearson's correlation of predictions and targets: how nearly they lie on a rising line.</summary>
    /// <remarks>
    /// <para>Formula: <c>r = Σ (x - x̄)(y - ȳ) / (‖x - x̄‖·‖y - ȳ‖)</c> over the examples, in <c>[-1, 1]</c>. Scale and offset of
    /// either do not matter; a prediction of constant size times the target plus anything has r = 1.</para>
    /// <para>Gradient: <c>(v - r·u) / ‖x - x̄‖</c> in x, with the centred vectors of length 1 u of x and v of y: it sums to 0 and
    /// is orthogonal to u. As a loss: <see cref="Losses.Loss.PearsonDistance"/>.</para>
    /// <para>Numerics: scaled before squaring and centred twice, so that a large common offset costs no more digits than the
    /// inputs have lost to it. Where x or y is constant, as with one example, there is no correlation: the result is 0, with
    /// gradient 0, where SciPy says NaN.</para>
    /// <para>Library op: <c>cosine_similarity</c> of the centred inputs.</para>
    /// </remarks>
    /// <param name="predictions">x, <c>[B, ...]</c> with B >= 1, floating point.</param>
    /// <param name="targets">y, the shape and dtype of <paramref name="predictions"/>.</param>
    /// <returns>Correlations over the examples, <c>[...]</c>: a scalar for <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor Pearson(Tensor predictions, Tensor targets)
    {
        RequirePairs(predictions, targets);

        using var scope = NewDisposeScope();
        return (Standardised(predictions) * Standardised(targets)).sum([0]).clamp(-1, 1).MoveToOuterDisposeScope();
    }

    private static void RequirePairs(Tensor predictions, Tensor targets)
    {
        Require.FloatingPoint(predictions);
        if (predictions.shape is not [> 0, ..])
            throw Require.BadShape(predictions, "[B, ...] with B >= 1");
        Require.SameDtype(targets, predictions);
        Require.Shape(targets, predictions.shape);
        Require.SameDevice(targets, predictions);
    }

    /// <summary>Columns with mean 0 and length 1; columns of zeros where they are constant.</summary>
    private static Tensor Standardised(Tensor values)
    {
        var extent = values.detach();
        var constant = extent.amax([0]) == extent.amin([0]);              // [...]: rounding must not invent a spread
        var scale = extent.abs().amax([0]);
        var scaled = values / scale.masked_fill(scale == 0, 1);
        var centred = scaled - scaled.mean([0], keepdim: true);
        centred = (centred - centred.mean([0], keepdim: true)).masked_fill(constant, 0);
        var length = centred.square().sum([0]).masked_fill(constant, 1).sqrt();
        return centred / length;
    }
}
