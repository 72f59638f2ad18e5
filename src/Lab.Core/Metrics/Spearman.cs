using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>Spearman's correlation of predictions and targets: how nearly they are in the same order.</summary>
    /// <remarks>
    /// <para>Formula: <see cref="Pearson"/> of the ranks; equal values share the average of their ranks. Without ties it is
    /// <c>1 - 6·Σ d² / (n·(n² - 1))</c> with the differences d of the ranks.</para>
    /// <para>Gradient: none. A rank does not change when a value moves a little.</para>
    /// <para>Numerics: ranks and their correlation in float64, whatever the dtype. Infinite values have their rank like any
    /// other; a NaN gives NaN. Where either input is constant the result is 0, where SciPy says NaN.</para>
    /// <para>Oracle: counting, for each value, those below it and those equal to it.</para>
    /// </remarks>
    /// <param name="predictions"><c>[B, ...]</c> with B >= 1, floating point.</param>
    /// <param name="targets">The shape and dtype of <paramref name="predictions"/>.</param>
    /// <returns>Rank correlations over the examples, <c>[...]</c>: a scalar for <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor Spearman(Tensor predictions, Tensor targets)
    {
        RequirePairs(predictions, targets);

        using var scope = NewDisposeScope();
        return Pearson(Ranks(predictions), Ranks(targets)).to(predictions.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Ranks from 1 along dimension 0, the average rank where values are equal, NaN for NaN; float64.</summary>
    private static Tensor Ranks(Tensor values)
    {
        var rows = values.detach().movedim([0], [-1]).contiguous();       // [..., B]
        var (sorted, _) = rows.sort(-1);
        var below = searchsorted(sorted, rows, right: false);
        var upTo = searchsorted(sorted, rows, right: true);
        var ranks = (below + upTo + 1).to(ScalarType.Float64) / 2;
        return ranks.masked_fill(rows.isnan(), double.NaN).movedim([-1], [0]);
    }
}
