using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>How often each class was taken for each other one: what most metrics of classification and segmentation are made from.</summary>
    /// <remarks>
    /// <para>Formula: <c>n[i, j]</c> is the number of places whose class is i and whose prediction is j. Matrices of parts of a data set
    /// add up to that of the whole, which the mean of their metrics does not.</para>
    /// <para>Ignored places are not counted, whatever is predicted there. There is no gradient.</para>
    /// <para>Oracle: counting one by one.</para>
    /// </remarks>
    /// <param name="predictions">Class indices in <c>[0, K)</c>, any shape, int64.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, the shape of
    /// <paramref name="predictions"/>, int64.</param>
    /// <param name="classes">K, at least 1.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Counts, <c>[K, K]</c>, int64: truth down, prediction across.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or count other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor ConfusionMatrix(
        Tensor predictions, Tensor targets, long classes, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        RequireLabels(predictions, targets, classes, ignoreIndex);

        using var scope = NewDisposeScope();
        var counted = (targets != ignoreIndex).reshape(-1);
        var cells = (targets * classes + predictions).reshape(-1).masked_fill(counted.logical_not(), 0);
        var counts = zeros([classes * classes], dtype: ScalarType.Int64, device: targets.device);
        return counts.scatter_add(0, cells, counted.to(ScalarType.Int64)).reshape(classes, classes).MoveToOuterDisposeScope();
    }

    private static void RequireLabels(Tensor predictions, Tensor targets, long classes, long ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "Must be positive.");
        Require.Shape(targets, predictions.shape);
        Require.SameDevice(targets, predictions);
        Require.ClassIndices(targets, classes, ignoreIndex);
        using var scope = NewDisposeScope();
        var counted = predictions.dtype == ScalarType.Int64 ? predictions.masked_fill(targets == ignoreIndex, 0) : predictions;
        Require.ClassIndices(counted, classes, 0, nameof(predictions));
    }
}
