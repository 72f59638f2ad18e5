using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>The intersection over union of each class's region, from counts.</summary>
    /// <remarks>
    /// <para>Formula, for class k: <c>n[k, k] / (Σ n[k, j] + Σ n[i, k] - n[k, k])</c>: the places where class and prediction are k, out
    /// of those where at least one is. NaN for a class that is nowhere in either.</para>
    /// <para>There is no gradient: as a loss, <see cref="Losses.Loss.LovaszSoftmax"/>. Oracle: sums in plain doubles. Source: Everingham et
    /// al. 2010.</para>
    /// </remarks>
    /// <param name="confusion">Counts from <see cref="ConfusionMatrix"/>, <c>[..., K, K]</c>, int64 or floating point, not negative.</param>
    /// <returns>Shares in <c>[0, 1]</c> or NaN, <c>[..., K]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor IntersectionOverUnion(Tensor confusion)
    {
        using var scope = NewDisposeScope();
        var (hits, truth, predicted) = Counts(confusion);
        return (hits / (truth + predicted - hits)).MoveToOuterDisposeScope();
    }

    /// <summary>Mean IoU: over the classes that are in the truth or predicted.</summary>
    /// <remarks>
    /// <para>Formula: the mean of <see cref="IntersectionOverUnion"/> without its NaN. A class that is predicted and nowhere true counts
    /// with 0. NaN where nothing was counted at all.</para>
    /// <para>Over a data set it is the mean of the whole set's counts, and not that of images: add the matrices up first.</para>
    /// <para>Oracle: sums in plain doubles.</para>
    /// </remarks>
    /// <param name="confusion">Counts from <see cref="ConfusionMatrix"/>, <c>[..., K, K]</c>, int64 or floating point, not negative.</param>
    /// <returns>Shares in <c>[0, 1]</c>, <c>[...]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor MeanIntersectionOverUnion(Tensor confusion)
    {
        using var scope = NewDisposeScope();
        return MeanOfNumbers(IntersectionOverUnion(confusion)).MoveToOuterDisposeScope();
    }

    /// <summary>Mean IoU weighted by how often each class is true: what the frequent classes say.</summary>
    /// <remarks>
    /// <para>Formula: <c>Σ f[k]·IoU[k]</c> with <c>f[k] = Σ n[k, j] / Σ n</c>. NaN where nothing was counted at all.</para>
    /// <para>Oracle: sums in plain doubles. Source: Long et al. 2015, section 5.</para>
    /// </remarks>
    /// <param name="confusion">Counts from <see cref="ConfusionMatrix"/>, <c>[..., K, K]</c>, int64 or floating point, not negative.</param>
    /// <returns>Shares in <c>[0, 1]</c>, <c>[...]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative count.</exception>
    public static Tensor FrequencyWeightedIntersectionOverUnion(Tensor confusion)
    {
        using var scope = NewDisposeScope();
        var (hits, truth, predicted) = Counts(confusion);
        var shares = (hits / (truth + predicted - hits)).masked_fill(truth == 0, 0);
        return ((truth * shares).sum(-1) / truth.sum(-1)).MoveToOuterDisposeScope();
    }

    /// <summary>The diagonal, the sums of the rows and those of the columns, <c>[..., K]</c> each, float64.</summary>
    private static (Tensor Hits, Tensor Truth, Tensor Predicted) Counts(Tensor confusion)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        if (confusion.dtype is not (ScalarType.Int64 or ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"confusion must hold counts of dtype Int64, Float32 or Float64, got {confusion.dtype}.", nameof(confusion));
        if (confusion.shape is not [.., > 0 and var rows, var columns] || rows != columns)
            throw Require.BadShape(confusion, "[..., K, K] with K >= 1");
        Require.NotNegative(confusion);
        var counts = confusion.detach().to(ScalarType.Float64);
        return (counts.diagonal(0, -2, -1), counts.sum(-1), counts.sum(-2));
    }

    /// <summary>The mean over the last dimension of what is a number; NaN where nothing is.</summary>
    private static Tensor MeanOfNumbers(Tensor values)
    {
        var absent = values.isnan();
        return values.masked_fill(absent, 0).sum(-1) / absent.logical_not().sum(-1);
    }
}
