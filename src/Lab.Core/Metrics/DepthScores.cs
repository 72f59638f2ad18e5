using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

/// <summary>How far predicted distances are off, one number for each picture; NaN for a picture without a measured pixel.</summary>
/// <param name="AbsRel">Mean of |p - t| / t, <c>[B]</c>.</param>
/// <param name="SqRel">Mean of (p - t)² / t, in metres, <c>[B]</c>.</param>
/// <param name="Rmse">Root of the mean of (p - t)², in metres, <c>[B]</c>.</param>
/// <param name="RmseLog">Root of the mean of (ln p - ln t)², <c>[B]</c>.</param>
/// <param name="SiLog">Standard deviation of ln p - ln t, <c>[B]</c>; KITTI's tables show a hundred times it.</param>
/// <param name="Delta1">Share of pixels with max(p/t, t/p) below 1.25, <c>[B]</c>.</param>
/// <param name="Delta2">The same below 1.25², <c>[B]</c>.</param>
/// <param name="Delta3">The same below 1.25³, <c>[B]</c>.</param>
public sealed record DepthScores(
    Tensor AbsRel, Tensor SqRel, Tensor Rmse, Tensor RmseLog, Tensor SiLog, Tensor Delta1, Tensor Delta2, Tensor Delta3);

public static partial class Metric
{
    /// <summary>The usual numbers for predicted distances.</summary>
    /// <remarks>
    /// <para>Formulas: see <see cref="DepthScores"/>; over the pixels with a target above 0 (0 is "not measured") that the mask keeps. SiLog
    /// alone does not change when all predictions are multiplied by one number.</para>
    /// <para>Gradient: none. Numerics: in float64, whatever the dtype; SiLog from differences to the mean, not of squares.</para>
    /// <para>Oracle: pixel by pixel, in plain doubles. Source: Eigen et al. 2014, section 4; the names are those of KITTI's benchmark.</para>
    /// </remarks>
    /// <param name="predictions">Distances, above 0 where they count, <c>[B, ...]</c> with B examples, floating point.</param>
    /// <param name="targets">True distances, 0 where there is none, of the same shape and dtype.</param>
    /// <param name="mask">Which pixels count, of the same shape, boolean; null for all.</param>
    /// <returns>Scores, <c>[B]</c> each, of the dtype of <paramref name="predictions"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) a negative target, or a prediction that
    /// counts and is not positive.</exception>
    public static DepthScores Depth(Tensor predictions, Tensor targets, Tensor? mask = null)
    {
        Require.FloatingPoint(predictions);
        if (predictions.shape is not [var B, ..])
            throw Require.BadShape(predictions, "[B, ...]");
        Require.SameDtype(targets, predictions);
        Require.Shape(targets, predictions.shape);
        Require.SameDevice(targets, predictions);
        Require.NotNegative(targets);
        if (mask is not null)
        {
            Require.Mask(mask);
            Require.Shape(mask, predictions.shape);
            Require.SameDevice(mask, predictions);
        }

        using var scope = NewDisposeScope();
        var valid = (mask is null ? targets > 0 : (targets > 0).logical_and(mask)).reshape(B, predictions.numel() / Math.Max(1, B));   // [B, pixels]
        RequirePositiveWhere(valid, predictions);
        var p = Wide(predictions).reshape(valid.shape).masked_fill(valid.logical_not(), 1);
        var t = Wide(targets).reshape(valid.shape).masked_fill(valid.logical_not(), 1);
        var log = p.log() - t.log();
        var centred = log - Mean(log).unsqueeze(1);
        var ratio = maximum(p / t, t / p);
        return new(
            Out(Mean((p - t).abs() / t)), Out(Mean((p - t).square() / t)), Out(Mean((p - t).square()).sqrt()),
            Out(Mean(log.square()).sqrt()), Out(Mean(centred.square()).sqrt()), Below(1.25), Below(1.25 * 1.25), Below(1.25 * 1.25 * 1.25));

        Tensor Mean(Tensor values) => (values * valid).sum(1) / valid.sum(1);                             // 0 / 0 is NaN

        Tensor Below(double limit) => Out(Mean((ratio < limit).to(ScalarType.Float64)));

        Tensor Out(Tensor values) => values.to(predictions.dtype).MoveToOuterDisposeScope();
    }

    private static void RequirePositiveWhere(Tensor valid, Tensor predictions)
    {
        if (predictions.device_type == DeviceType.CPU)
            Require.AtLeast(predictions.detach().reshape(valid.shape)[valid], 0, orEqual: false, nameof(predictions));
    }
}
