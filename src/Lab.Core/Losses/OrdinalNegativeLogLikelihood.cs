using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>How surprising the true class is among classes in order, given one score and the thresholds on its scale.</summary>
    /// <remarks>
    /// <para>Formula: <c>-log(σ(a) - σ(b))</c> with the true class's two ends <c>a = θ[y] - s</c> and <c>b = θ[y - 1] - s</c>;
    /// the lowest class has only an upper end, the highest only a lower.</para>
    /// <para>Gradient in the score: <c>P(class above y) - P(class below y)</c>.</para>
    /// <para>Numerics: <c>log(σ(a) - σ(b)) = log σ(a) + log σ(-b) + log(1 - exp(b - a))</c>, each by a form that does not
    /// cancel, so a score of 1e4 on the wrong side costs 1e4 and has slope 1 where the difference is 0 and its logarithm -∞.
    /// A class between two equal thresholds cannot be: it costs +∞.</para>
    /// <para>Library op: none. Of two classes it is <see cref="BinaryCrossEntropyWithLogits"/> of <c>s - θ</c>. Source:
    /// McCullagh 1980.</para>
    /// </remarks>
    /// <param name="scores">s, any shape, floating point.</param>
    /// <param name="thresholds">θ, not decreasing, <c>[K - 1]</c>, the dtype of <paramref name="scores"/>.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, int64, the shape of
    /// <paramref name="scores"/>.</param>
    /// <param name="ignoreIndex">The target to leave out: loss and gradient 0, whatever its score is.</param>
    /// <returns>Nats per example, the shape of <paramref name="scores"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) an index outside or
    /// thresholds out of order.</exception>
    public static Tensor OrdinalNegativeLogLikelihood(
        Tensor scores, Tensor thresholds, Tensor targets, long ignoreIndex = DefaultIgnoreIndex)
    {
        var classes = OrdinalShapes.RequireCuts(scores, thresholds);
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, scores.shape);
        Require.SameDevice(targets, scores);
        Require.ClassIndices(targets, classes, ignoreIndex);

        using var scope = NewDisposeScope();
        var ignored = targets == ignoreIndex;
        var y = targets.masked_fill(ignored, 0);
        var s = scores.masked_fill(ignored, 0);
        var (lowest, highest) = (y == 0, y == classes - 1);
        var upper = thresholds[TensorIndex.Tensor(y.clamp(max: classes - 2))];
        var lower = thresholds[TensorIndex.Tensor((y - 1).clamp(min: 0))];

        var open = lowest.logical_or(highest);                            // one end only, at infinity
        var logWidth = LogOneMinusExp((upper - lower).masked_fill(open, 1)).masked_fill(open, 0);
        var logProbs = Activation.LogSigmoid(upper - s).masked_fill(highest, 0)
            + Activation.LogSigmoid(s - lower).masked_fill(lowest, 0)
            + logWidth;
        return (-logProbs).masked_fill(ignored, 0).MoveToOuterDisposeScope();
    }

    /// <summary>log(1 - exp(-x)) for x ≥ 0, by the one of two forms that keeps its digits (Mächler 2012).</summary>
    private static Tensor LogOneMinusExp(Tensor x)
    {
        var small = x < Math.Log(2);
        var near = (-(-x.masked_fill(~small, 1)).expm1()).log();          // a branch not taken must have a slope, too
        var far = (-(-x.masked_fill(small, 1)).exp()).log1p();
        return where(small, near, far);
    }
}
