using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>How well segments were found, class by class; NaN in a class of which there is nothing to find and nothing found.</summary>
/// <param name="Quality">PQ, <c>[K]</c>, float64: segmentation times recognition.</param>
/// <param name="Segmentation">SQ, the mean IoU of matched segments, <c>[K]</c>, float64; NaN where none is matched.</param>
/// <param name="Recognition">RQ, the F1 score of the segments, <c>[K]</c>, float64.</param>
/// <param name="TruePositives">Matched segments, <c>[K]</c>, int64.</param>
/// <param name="FalsePositives">Predicted segments without a match, <c>[K]</c>, int64.</param>
/// <param name="FalseNegatives">True segments without a match, <c>[K]</c>, int64.</param>
public sealed record PanopticScores(
    Tensor Quality, Tensor Segmentation, Tensor Recognition, Tensor TruePositives, Tensor FalsePositives, Tensor FalseNegatives)
{
    /// <summary>The mean PQ of the classes of which there is anything; NaN where there is nothing at all.</summary>
    public double Mean()
    {
        using var scope = NewDisposeScope();
        return ClassMeans.Of(Quality);
    }
}

public static partial class Metric
{
    /// <summary>Panoptic quality: do the predicted objects and regions match the true ones, and how well do they cover them.</summary>
    /// <remarks>
    /// <para>A segment is the pixels of one picture with one category and one instance number; a region such as the sky has one number for
    /// all its pixels. A predicted and a true segment of one category match where their IoU is above 1/2; there can be only one such pair.</para>
    /// <para>Formula: <c>PQ = Σ IoU / (TP + FP/2 + FN/2) = SQ · RQ</c> with <c>SQ = Σ IoU / TP</c>, <c>RQ = TP / (TP + FP/2 + FN/2)</c>, sums
    /// over the pictures.</para>
    /// <para>Void: true pixels of the void category count in no union; a predicted segment of which more than half is void, or a crowd of its
    /// own category, is no false positive. Crowds are matched by nothing and missed by nobody. Predicted void belongs to no segment.</para>
    /// <para>Gradient: none. Numerics: counts are whole numbers, IoUs float64.</para>
    /// <para>Oracle: sets of pixels, pair by pair. Source: Kirillov et al. 2019, "Panoptic Segmentation", section 4, and its evaluation code.</para>
    /// </remarks>
    /// <param name="categories">Predicted categories in <c>[0, K)</c> or void, <c>[N, H, W]</c>, int64.</param>
    /// <param name="instances">Predicted instance numbers, not negative, <c>[N, H, W]</c>, int64.</param>
    /// <param name="trueCategories">True categories in <c>[0, K)</c> or void, <c>[N, H, W]</c>, int64.</param>
    /// <param name="trueInstances">True instance numbers, <c>[N, H, W]</c>, int64.</param>
    /// <param name="classes">K, 1 or more.</param>
    /// <param name="voidCategory">The category of pixels that do not count.</param>
    /// <param name="crowd">True on the pixels of crowds, <c>[N, H, W]</c>, boolean; null for none.</param>
    /// <returns>Scores of each class.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a number outside.</exception>
    public static PanopticScores PanopticQuality(
        Tensor categories, Tensor instances, Tensor trueCategories, Tensor trueInstances, long classes, long voidCategory = 255,
        Tensor? crowd = null)
    {
        RequirePanoptic(categories, instances, trueCategories, trueInstances, classes, voidCategory, crowd);

        using var scope = NewDisposeScope();
        var predicted = Segments.Of(categories, instances, classes, voidCategory);
        var truth = Segments.Of(trueCategories, trueInstances, classes, voidCategory);
        var crowds = truth.Sum(crowd ?? zeros_like(trueCategories, dtype: ScalarType.Bool)) > 0;

        // The pairs that share pixels: [pairs], with how many.
        var (pairs, _, shared) = (predicted.Number * truth.Area.size(0) + truth.Number).reshape(-1).unique(true, false, true);
        var (p, t) = (pairs.div(truth.Area.size(0), RoundingMode.floor), pairs.remainder(truth.Area.size(0)));
        var common = shared!.to(ScalarType.Float64);
        var (kind, trueKind) = (predicted.Category[p], truth.Category[t]);
        var free = zeros_like(predicted.Area).index_add(0, p, common * (trueKind < 0), 1);             // pixels on void
        var swallowed = zeros_like(predicted.Area).index_add(0, p, common * (kind == trueKind).logical_and(crowds[t]), 1);

        var overlap = common / (predicted.Area[p] + truth.Area[t] - common - free[p]);
        var matched = (overlap > 0.5).logical_and(kind == trueKind).logical_and(kind >= 0).logical_and(crowds[t].logical_not());
        var found = zeros_like(predicted.Area).index_add(0, p, matched.to(ScalarType.Float64), 1) > 0;
        var met = zeros_like(truth.Area).index_add(0, t, matched.to(ScalarType.Float64), 1) > 0;
        var wrong = found.logical_not().logical_and(free + swallowed <= predicted.Area / 2).logical_and(predicted.Category >= 0);
        var missed = met.logical_not().logical_and(crowds.logical_not()).logical_and(truth.Category >= 0);

        var (hits, extra, lost) = (Count(kind, matched), Count(predicted.Category, wrong), Count(truth.Category, missed));
        var sum = zeros(classes, dtype: ScalarType.Float64, device: categories.device).index_add(0, kind.clamp(min: 0), overlap.masked_fill(matched.logical_not(), 0), 1);
        var all = hits + extra / 2 + lost / 2;
        return new(
            (sum / all).MoveToOuterDisposeScope(), (sum / hits).MoveToOuterDisposeScope(), (hits / all).MoveToOuterDisposeScope(),
            Whole(hits), Whole(extra), Whole(lost));

        Tensor Count(Tensor category, Tensor which) => zeros(classes, dtype: ScalarType.Float64, device: categories.device)
            .index_add(0, category.clamp(min: 0), which.to(ScalarType.Float64), 1);

        static Tensor Whole(Tensor count) => count.to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    private static void RequirePanoptic(
        Tensor categories, Tensor instances, Tensor trueCategories, Tensor trueInstances, long classes, long voidCategory, Tensor? crowd)
    {
        ArgumentNullException.ThrowIfNull(categories);
        if (categories.shape is not [> 0, > 0, > 0])
            throw Require.BadShape(categories, "[N, H, W], no side 0");
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Require.ClassIndices(categories, classes, voidCategory);
        Like(instances, nameof(instances));
        Like(trueCategories, nameof(trueCategories));
        Require.ClassIndices(trueCategories, classes, voidCategory);
        Like(trueInstances, nameof(trueInstances));
        Require.NotNegative(instances);
        Require.NotNegative(trueInstances);
        if (crowd is null)
            return;
        Require.Mask(crowd);
        Require.Shape(crowd, categories.shape);
        Require.SameDevice(crowd, categories);

        void Like(Tensor map, string name)
        {
            ArgumentNullException.ThrowIfNull(map, name);
            if (map.dtype != ScalarType.Int64)
                throw new ArgumentException($"{name} must be of dtype Int64, got {map.dtype}.", name);
            Require.Shape(map, categories.shape, name);
            Require.SameDevice(map, categories, name);
        }
    }

    /// <summary>The segments of a batch: for each pixel its segment's number, for each segment its category (-1 for void) and area.</summary>
    private sealed record Segments(Tensor Number, Tensor Category, Tensor Area)
    {
        public static Segments Of(Tensor categories, Tensor instances, long classes, long voidCategory)
        {
            var (pictures, most) = (categories.size(0), instances.max() + 1);
            var picture = arange(pictures, device: categories.device).reshape(-1, 1, 1);
            var code = ((picture * classes + categories) * most + instances).masked_fill(categories == voidCategory, -1);
            var (codes, number, area) = code.unique(true, true, true);
            var category = codes.div(most, RoundingMode.floor).remainder(classes).masked_fill(codes < 0, -1);
            return new(number!, category, area!.to(ScalarType.Float64));
        }

        public Tensor Sum(Tensor map) => zeros_like(Area).index_add(0, Number.reshape(-1), map.reshape(-1).to(ScalarType.Float64), 1);
    }
}
