using Lab.Core.Metrics;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>One less Pearson's correlation of a batch: to train on what the predictions will be judged by.</summary>
    /// <remarks>
    /// <para>Formula: <c>1 - r</c>, from 0 to 2; half the mean squared difference of predictions and targets, each brought to
    /// mean 0 and variance 1.</para>
    /// <para>Gradient: <c>(r·u - v) / ‖x - x̄‖</c>, see <see cref="Metric.Pearson"/>. It sums to 0 and is orthogonal to the centred
    /// predictions: the loss says nothing of their offset and scale, and needs another loss, or a line fitted afterwards, where
    /// these matter.</para>
    /// <para>It mixes examples: the loss of a batch is no mean of losses, and small batches judge another question than the
    /// whole data set does (each of two halves can be in perfect order while the whole is not).</para>
    /// <para>Numerics: where predictions or targets are constant, as in a batch of one, it is 1 with gradient 0: such a start
    /// does not train.</para>
    /// <para>Oracle: the mean squared difference above.</para>
    /// </remarks>
    /// <param name="predictions">x, <c>[B, ...]</c> with B >= 1, floating point.</param>
    /// <param name="targets">y, the shape and dtype of <paramref name="predictions"/>.</param>
    /// <returns>Distances over the examples, without unit, <c>[...]</c>: a scalar for <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor PearsonDistance(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return (1 - Metric.Pearson(predictions, targets)).MoveToOuterDisposeScope();
    }
}
