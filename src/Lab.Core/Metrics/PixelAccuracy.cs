using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>The share of places whose prediction is right: of the frequent classes above all.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ n[k, k] / Σ n</c>. An image that is nine tenths background is nine tenths right when all is called background. NaN
    /// where nothing was counted.</para>
    /// <para>Oracle: sums in plain doubles.</para>
    /// </remarks>
    /// <param name="confusion">Counts from <see cref="ConfusionMatrix"/>, <c>[..., K, K]</c>, int64 or floating point, not negative.</param>
    /// <returns>Shares in <c>[0, 1]</c>, <c>[...]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor PixelAccuracy(Tensor confusion)
    {
        using var scope = NewDisposeScope();
        var (hits, truth, _) = Counts(confusion);
        return (hits.sum(-1) / truth.sum(-1)).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over the classes of the share of each that was found.</summary>
    /// <remarks>
    /// <para>Formula: the mean of <c>n[k, k] / Σ n[k, j]</c> over the classes that are in the truth; false alarms cost only the class that they
    /// are taken from. NaN where nothing was counted.</para>
    /// <para>Oracle: sums in plain doubles. Source: Long et al. 2015, section 5.</para>
    /// </remarks>
    /// <param name="confusion">Counts from <see cref="ConfusionMatrix"/>, <c>[..., K, K]</c>, int64 or floating point, not negative.</param>
    /// <returns>Shares in <c>[0, 1]</c>, <c>[...]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor MeanAccuracy(Tensor confusion)
    {
        using var scope = NewDisposeScope();
        var (hits, truth, _) = Counts(confusion);
        return MeanOfNumbers(hits / truth).MoveToOuterDisposeScope();
    }

    /// <summary>The Dice score of each class's region, from counts: its F1 score.</summary>
    /// <remarks>
    /// <para>Formula, for class k: <c>2·n[k, k] / (Σ n[k, j] + Σ n[i, k])</c>; with the IoU it is <c>2·IoU / (1 + IoU)</c>. NaN for a class
    /// that is nowhere in either.</para>
    /// <para>There is no gradient: as a loss, <see cref="Losses.Loss.Dice"/>. Oracle: sums in plain doubles.</para>
    /// </remarks>
    /// <param name="confusion">Counts from <see cref="ConfusionMatrix"/>, <c>[..., K, K]</c>, int64 or floating point, not negative.</param>
    /// <returns>Shares in <c>[0, 1]</c> or NaN, <c>[..., K]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor DiceScore(Tensor confusion)
    {
        using var scope = NewDisposeScope();
        var (hits, truth, predicted) = Counts(confusion);
        return (2 * hits / (truth + predicted)).MoveToOuterDisposeScope();
    }
}
