using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>What was found in one picture, and what is in it.</summary>
/// <param name="Scores">How sure each found object is, <c>[D]</c>, floating point.</param>
/// <param name="Labels">Its class in <c>[0, K)</c>, <c>[D]</c>, int64.</param>
/// <param name="TrueLabels">The class of each true object in <c>[0, K)</c>, <c>[G]</c>, int64.</param>
/// <param name="Overlaps">How much each found one overlaps each true one, <c>[D, G]</c>, floating point: of <see cref="Metric.BoxOverlaps"/>,
/// <see cref="Metric.MaskOverlaps"/> or <see cref="Metric.KeypointSimilarity"/>.</param>
/// <param name="Crowd">Which true ones are crowds, or not to be judged for another reason, <c>[G]</c>, boolean; null for none.</param>
public sealed record ImageDetections(Tensor Scores, Tensor Labels, Tensor TrueLabels, Tensor Overlaps, Tensor? Crowd = null);

/// <summary>Average precision and greatest recall at each threshold, class by class; NaN for a class without true objects.</summary>
/// <param name="Precision">AP, <c>[T, K]</c>.</param>
/// <param name="Recall">The share of true objects that were found at all, <c>[T, K]</c>.</param>
/// <param name="Thresholds">The overlap that counts as found, T numbers.</param>
public sealed record DetectionScores(Tensor Precision, Tensor Recall, IReadOnlyList<double> Thresholds)
{
    /// <summary>The mean over thresholds and classes: COCO's AP, with its ten thresholds.</summary>
    public double Mean()
    {
        using var scope = NewDisposeScope();
        return ClassMeans.Of(Precision);
    }

    /// <summary>The mean over classes at one threshold: AP50 at 0.5, AP75 at 0.75.</summary>
    /// <exception cref="ArgumentException">A threshold that was not asked for.</exception>
    public double At(double threshold)
    {
        for (var i = 0; i < Thresholds.Count; i++)
        {
            if (Math.Abs(Thresholds[i] - threshold) > 1e-9)
                continue;
            using var scope = NewDisposeScope();
            return ClassMeans.Of(Precision[i]);
        }
        throw new ArgumentException($"threshold must be one of {string.Join(", ", Thresholds)}, got {threshold}.", nameof(threshold));
    }
}

public static partial class Metric
{
    /// <summary>COCO's ten thresholds: 0.5, 0.55, ..., 0.95.</summary>
    public static IReadOnlyList<double> CocoThresholds { get; } = [.. Enumerable.Range(0, 10).Select(i => 0.5 + (0.05 * i))];

    /// <summary>Average precision of found objects, as COCO computes it: of boxes, masks or keypoints, whatever the overlaps are of.</summary>
    /// <remarks>
    /// <para>Rule, for each class and threshold: in each picture the found objects, surest first, each take the true object that they overlap
    /// most, of those not taken yet with an overlap of the threshold or more (of equals the last). One that finds only a crowd is left out of the
    /// count; a crowd can be found by many. All pictures together then give precision and recall after each found object, surest first; AP is the
    /// mean over the 101 recalls 0, 0.01, ..., 1 of the greatest precision at that recall or a larger one.</para>
    /// <para>Ties of scores keep the order of the pictures, and of the objects in them. Gradient: none. On the CPU, in float64; the result is on the
    /// device of the first picture.</para>
    /// <para>Oracle: the definitions, pair by pair and rank by rank. Source: Lin et al. 2014; the COCO API, <c>cocoeval.py</c>.</para>
    /// </remarks>
    /// <param name="images">What was found and what there is in each picture, one or more.</param>
    /// <param name="classes">K, 1 or more.</param>
    /// <param name="thresholds">Overlaps that count as found, in (0, 1]; null for <see cref="CocoThresholds"/>.</param>
    /// <param name="maxDetections">How many found objects of a class count in a picture, the surest; 1 or more.</param>
    /// <returns>AP and recall, of the dtype of the first picture's scores.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or number other than those above.</exception>
    public static DetectionScores AveragePrecision(
        IReadOnlyList<ImageDetections> images, long classes, IReadOnlyList<double>? thresholds = null, int maxDetections = 100)
    {
        var levels = thresholds ?? CocoThresholds;
        RequireDetections(images, classes, levels, maxDetections);

        var pictures = images.Select(DetectionMatcher.Of).ToArray();
        var (precision, recall) = (new double[levels.Count, classes], new double[levels.Count, classes]);
        for (var level = 0; level < levels.Count; level++)
            for (var k = 0L; k < classes; k++)
                (precision[level, k], recall[level, k]) = Curve(pictures, k, levels[level], maxDetections);

        using var scope = NewDisposeScope();
        var (dtype, device) = (images[0].Scores.dtype, images[0].Scores.device);
        return new(
            tensor(precision).to(dtype).to(device).MoveToOuterDisposeScope(),
            tensor(recall).to(dtype).to(device).MoveToOuterDisposeScope(), [.. levels]);
    }

    private static (double Precision, double Recall) Curve(DetectionMatcher[] pictures, long k, double threshold, int maxDetections)
    {
        var wanted = pictures.Sum(picture => picture.Wanted(k));
        if (wanted == 0)
            return (double.NaN, double.NaN);
        var found = pictures.SelectMany(picture => picture.Match(k, threshold, maxDetections))
            .OrderByDescending(hit => hit.Score).ToArray();                    // stable
        var (right, at) = (0, new List<(double Recall, double Precision)>());
        for (var i = 0; i < found.Length; i++)
        {
            right += found[i].Right ? 1 : 0;
            at.Add(((double)right / wanted, (double)right / (i + 1)));
        }
        var (sum, best, rank) = (0.0, 0.0, at.Count - 1);
        for (var point = 100; point >= 0; point--)
        {
            var recall = point == 100 ? 1 : point * 0.01;                      // rounded as COCO's, which is not point / 100 everywhere
            for (; rank >= 0 && at[rank].Recall >= recall; rank--)
                best = Math.Max(best, at[rank].Precision);
            sum += best;
        }
        return (sum / 101, (double)right / wanted);
    }

    private static void RequireDetections(
        IReadOnlyList<ImageDetections> images, long classes, IReadOnlyList<double> thresholds, int maxDetections)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
            throw new ArgumentException("images must hold one picture or more, got none.", nameof(images));
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDetections, 1);
        if (thresholds.Count == 0 || thresholds.Any(t => t is not (> 0 and <= 1)))
            throw new ArgumentException($"thresholds must be numbers in (0, 1], got [{string.Join(", ", thresholds)}].", nameof(thresholds));
        foreach (var image in images)
        {
            ArgumentNullException.ThrowIfNull(image, nameof(images));
            Require.FloatingPoint(image.Scores, nameof(images));
            if (image.Scores.shape is not [var D])
                throw Require.BadShape(image.Scores, "[D]", nameof(images));
            Require.Shape(image.Labels, [D], nameof(images));
            Require.ClassIndices(image.Labels, classes, -100, nameof(images));
            if (image.TrueLabels.shape is not [var G])
                throw Require.BadShape(image.TrueLabels, "[G]", nameof(images));
            Require.ClassIndices(image.TrueLabels, classes, -100, nameof(images));
            Require.FloatingPoint(image.Overlaps, nameof(images));
            Require.Shape(image.Overlaps, [D, G], nameof(images));
            if (image.Crowd is null)
                continue;
            Require.Mask(image.Crowd, nameof(images));
            Require.Shape(image.Crowd, [G], nameof(images));
        }
    }
}
