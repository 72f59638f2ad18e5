using Lab.Core.Dense;
using Lab.Core.Losses;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>Boundary F1: how well the contours of each class's region are met, within a tolerance.</summary>
    /// <remarks>
    /// <para>Formula: <c>F1 = 2PR / (P + R)</c>, with precision P the share of predicted contour pixels that lie within the tolerance of a true
    /// one, and recall R the share of true ones that lie within it of a predicted one, by Euclidean distance.</para>
    /// <para>A contour pixel belongs to the region, and one of its four neighbours to another class. The map's border makes no contour, and
    /// neither do ignored pixels, whatever is predicted there.</para>
    /// <para>0 where only one of the two has a contour, NaN where neither has. There is no gradient. Unlike the IoU it does not grow
    /// with the area, and so it shows what happens at edges.</para>
    /// <para>Oracle: all pairs of contour pixels. Source: Csurka et al. 2013.</para>
    /// </remarks>
    /// <param name="predictions">Class indices in <c>[0, K)</c>, <c>[B, H, W]</c>, int64.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, H, W]</c>, int64.</param>
    /// <param name="classes">K, at least 1.</param>
    /// <param name="tolerance">In pixels, not negative; the paper takes 0.75 % of the map's diagonal.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>Scores in <c>[0, 1]</c> or NaN, per image and class, <c>[B, K]</c>, float64.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, count or tolerance other than those above, or (on the CPU) an index
    /// outside.</exception>
    public static Tensor BoundaryF1(
        Tensor predictions, Tensor targets, long classes, double tolerance = 2, long ignoreIndex = Loss.DefaultIgnoreIndex)
    {
        RequireLabels(predictions, targets, classes, ignoreIndex);
        if (predictions.dim() != 3)
            throw Require.BadShape(predictions, "[B, H, W]");
        Require.NotNegative(tolerance);

        using var scope = NewDisposeScope();
        var valid = (targets != ignoreIndex).unsqueeze(1);                // [B, 1, H, W]
        var names = arange(classes, device: targets.device).reshape(1, -1, 1, 1);
        var (guessed, truth) = (Contours(predictions.unsqueeze(1) == names, valid), Contours(targets.unsqueeze(1) == names, valid));
        var (precision, recall) = (ShareNear(guessed, truth, tolerance), ShareNear(truth, guessed, tolerance));
        var score = 2 * precision * recall / (precision + recall);
        var (some, both) = (Any(guessed).logical_or(Any(truth)), Any(guessed).logical_and(Any(truth)));
        return score.masked_fill(both.logical_not().logical_or(precision + recall == 0), 0)
            .masked_fill(some.logical_not(), double.NaN).MoveToOuterDisposeScope();

        static Tensor Any(Tensor maps) => maps.flatten(2).any(2);
    }

    /// <summary>The pixels of regions <c>[B, K, H, W]</c> beside which another class begins.</summary>
    private static Tensor Contours(Tensor regions, Tensor valid)
    {
        var (inside, others) = (regions.logical_and(valid), regions.logical_not().logical_and(valid));
        var beside = zeros_like(inside);
        foreach (var dim in (long[])[2, 3])
        {
            var size = others.size((int)dim);
            if (size < 2)
                continue;
            beside.narrow(dim, 0, size - 1).logical_or_(others.narrow(dim, 1, size - 1));
            beside.narrow(dim, 1, size - 1).logical_or_(others.narrow(dim, 0, size - 1));
        }
        return inside.logical_and(beside);
    }

    /// <summary>The share of some pixels that lie near others, <c>[B, K]</c>; NaN where there are none.</summary>
    private static Tensor ShareNear(Tensor pixels, Tensor others, double tolerance)
    {
        var near = DistanceTransform.Euclidean(others, ScalarType.Float64) <= tolerance;
        return Number(pixels.logical_and(near)) / Number(pixels);

        static Tensor Number(Tensor maps) => maps.flatten(2).sum(2).to(ScalarType.Float64);
    }
}
