using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Calibration;

public static partial class Confidence
{
    /// <summary>The widest temperatures tried, in units of the logits' range, one way and the other.</summary>
    private const double Widest = 1e4;

    /// <summary>From [1e-4, 1e4] this many halvings in the logarithm leave half a per cent; Newton's method does the rest.</summary>
    private const int Halvings = 12, NewtonSteps = 6;

    /// <summary>Temperature scaling: the one number to divide logits by, so that their softmax can be believed.</summary>
    /// <remarks>
    /// <para>Formula: the T that minimises the mean <c>CrossEntropy(z / T, y)</c> over held-out examples. In β = 1/T this is
    /// convex, with slope <c>Σ (E[z] - z[y])</c> under <c>p = softmax(β·z)</c>: at its zero the logits that the model expects are,
    /// on average, those of the truth. T > 1 says that the model was too sure. No prediction changes.</para>
    /// <para>Gradient: none; the result is a constant.</para>
    /// <para>Numerics: the zero of the slope by halving and Newton's method, in float64, without waiting for the device. With R,
    /// the largest range of an example's finite logits: where every example is right, sharper is always better, and where the
    /// logits tell nothing, flatter is; the result is then the end of what is tried, <c>1e-4·R</c> or <c>1e4·R</c>. It is 1 where
    /// nothing depends on it (R = 0, no valid target). A logit of -∞ is a class that cannot be; an example of only such
    /// gives NaN.</para>
    /// <para>Oracle: 60 halvings on the slope in plain doubles. Source: Guo et al. 2017, section 4.2.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores of held-out examples, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>T, a positive scalar in the dtype of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor FitTemperature(Tensor logits, Tensor targets, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);
        if (logits.numel() == 0)
            return ones([], dtype: logits.dtype, device: logits.device);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;
        var scores = logits.to(ScalarType.Float64).masked_fill(ignored.unsqueeze(1), 0);
        scores = scores - scores.amax([1], keepdim: true);                // [B, K, ...], ≤ 0
        var range = -scores.masked_fill(scores.isneginf(), 0).amin();
        var flat = range == 0;
        scores = scores / range.masked_fill(flat, 1);
        var ofTruth = scores.gather(1, targets.masked_fill(ignored, 0).unsqueeze(1));

        var temperature = range / BestSharpness(scores, ofTruth);
        return temperature.masked_fill(flat, 1).to(logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>β for scores whose largest range is 1, each example's maximum being 0.</summary>
    private static Tensor BestSharpness(Tensor scores, Tensor ofTruth)
    {
        var (low, high) = (full_like(ofTruth.sum(), 1 / Widest), full_like(ofTruth.sum(), Widest));
        var allRight = (ofTruth == 0).all();                              // the slope is below 0 everywhere
        var flattest = Slope(low).Slope >= 0;
        var sharpest = allRight.logical_or(Slope(high).Slope <= 0);
        var (least, most) = (low, high);
        var beta = (low * high).sqrt();
        for (var step = 0; step < Halvings + NewtonSteps; step++)
        {
            using var scope = NewDisposeScope();
            var (slope, curvature) = Slope(beta);
            var below = slope < 0;
            var (newLow, newHigh) = (where(below, beta, low), where(below, high, beta));
            var middle = (newLow * newHigh).sqrt();
            var newton = beta - slope / curvature;
            var inside = (newton >= newLow).logical_and(newton <= newHigh);
            var next = step < Halvings ? middle : where(inside, newton, middle);
            (low, high, beta) = scope.MoveToOuter(newLow, newHigh, next);
        }
        return where(sharpest, most, where(flattest, least, beta));

        (Tensor Slope, Tensor Curvature) Slope(Tensor sharpness)
        {
            using var scope = NewDisposeScope();
            var probabilities = Activation.Softmax(scores * sharpness, 1);
            var finite = scores.masked_fill(probabilities == 0, 0);       // 0 · -∞ would be NaN
            var expected = (probabilities * finite).sum(1, keepdim: true);
            var variance = (probabilities * (finite - expected).square()).sum();
            return scope.MoveToOuter((expected - ofTruth).sum(), variance);
        }
    }
}
