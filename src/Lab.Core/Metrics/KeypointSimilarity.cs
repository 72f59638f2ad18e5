using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Metrics;

public static partial class Metric
{
    /// <summary>Object keypoint similarity: how near the found keypoints are to those of each true object, for its size.</summary>
    /// <remarks>
    /// <para>Formula: <c>OKS = mean over labelled keypoints i of exp(-d_i² / (2·s²·k_i²))</c> with the distance d, the object's area s² and
    /// <c>k_i = 2σ_i</c>. 1 where all are met exactly; 0 for an object without labelled keypoints. It takes the place of the IoU:
    /// give it to <see cref="AveragePrecision"/>, with objects that have no labelled keypoint as crowds.</para>
    /// <para>Gradient: none. Numerics: in float64, whatever the dtype.</para>
    /// <para>Oracle: keypoint by keypoint, in plain doubles. Source: COCO's keypoint evaluation (cocodataset.org).</para>
    /// </remarks>
    /// <param name="keypoints">Found keypoints, x and y, <c>[D, P, 2]</c> with P >= 1, floating point.</param>
    /// <param name="trueKeypoints">True keypoints, <c>[G, P, 2]</c>, of the dtype of <paramref name="keypoints"/>.</param>
    /// <param name="labelled">Which of them are known, seen or hidden, <c>[G, P]</c>, boolean.</param>
    /// <param name="areas">Pixels of each true object, above 0, <c>[G]</c>, of the dtype of <paramref name="keypoints"/>.</param>
    /// <param name="sigmas">How far people are off when they label each keypoint, as a share of √area, above 0, <c>[P]</c>, of that dtype.</param>
    /// <returns><c>[D, G]</c> in [0, 1], of the dtype of <paramref name="keypoints"/>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above, or (on the CPU) an area or σ that is not positive.</exception>
    public static Tensor KeypointSimilarity(Tensor keypoints, Tensor trueKeypoints, Tensor labelled, Tensor areas, Tensor sigmas)
    {
        Require.FloatingPoint(keypoints);
        if (keypoints.shape is not [_, > 0 and var P, 2])
            throw Require.BadShape(keypoints, "[D, P, 2] with P >= 1");
        Require.SameDtype(trueKeypoints, keypoints);
        if (trueKeypoints.shape is not [var G, var points, 2] || points != P)
            throw Require.BadShape(trueKeypoints, $"[G, {P}, 2]");
        Require.SameDevice(trueKeypoints, keypoints);
        Require.Mask(labelled);
        Require.Shape(labelled, [G, P]);
        Require.SameDevice(labelled, keypoints);
        Require.SameDtype(areas, keypoints);
        Require.Shape(areas, [G]);
        Require.SameDevice(areas, keypoints);
        Require.AtLeast(areas, 0, orEqual: false);
        Require.SameDtype(sigmas, keypoints);
        Require.Shape(sigmas, [P]);
        Require.SameDevice(sigmas, keypoints);
        Require.AtLeast(sigmas, 0, orEqual: false);

        using var scope = NewDisposeScope();
        var square = (Wide(keypoints).unsqueeze(1) - Wide(trueKeypoints).unsqueeze(0)).square().sum(3);   // [D, G, P]
        var spread = 2 * Wide(areas).unsqueeze(1) * (2 * Wide(sigmas)).square();                          // [G, P]
        var near = (-square / spread).exp() * labelled;
        var similarity = near.sum(2) / labelled.sum(1).clamp(min: 1);
        return similarity.to(keypoints.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>PCK: the share of keypoints that are found near enough, for each kind of keypoint.</summary>
    /// <remarks>
    /// <para>Formula: the share of labelled keypoints with <c>‖x - y‖ ≤ threshold · scale</c>, over the batch. With the head's length as scale
    /// and threshold 0.5 it is PCKh@0.5; with the longer side of the box and 0.2, PCK@0.2.</para>
    /// <para>Gradient: none. Numerics: in float64, whatever the dtype. NaN for a kind that is never labelled; a NaN keypoint is wrong.</para>
    /// <para>Oracle: keypoint by keypoint. Source: Yang and Ramanan 2013; Andriluka et al. 2014 (PCKh).</para>
    /// </remarks>
    /// <param name="keypoints">Found keypoints, x and y, <c>[B, P, 2]</c>, floating point.</param>
    /// <param name="targets">True ones, of the same shape and dtype.</param>
    /// <param name="labelled">Which of them are known, <c>[B, P]</c>, boolean.</param>
    /// <param name="scale">Each example's unit of length, not negative, <c>[B]</c>, of the same dtype.</param>
    /// <param name="threshold">How many units are near enough, positive.</param>
    /// <returns>Shares, <c>[P]</c>, of the dtype of <paramref name="keypoints"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or threshold other than those above, or (on the CPU) a negative scale.</exception>
    public static Tensor CorrectKeypoints(Tensor keypoints, Tensor targets, Tensor labelled, Tensor scale, double threshold = 0.5)
    {
        Require.FloatingPoint(keypoints);
        if (keypoints.shape is not [var B, var P, 2])
            throw Require.BadShape(keypoints, "[B, P, 2]");
        Require.SameDtype(targets, keypoints);
        Require.Shape(targets, [B, P, 2]);
        Require.SameDevice(targets, keypoints);
        Require.Mask(labelled);
        Require.Shape(labelled, [B, P]);
        Require.SameDevice(labelled, keypoints);
        Require.SameDtype(scale, keypoints);
        Require.Shape(scale, [B]);
        Require.SameDevice(scale, keypoints);
        Require.NotNegative(scale);
        Require.Positive(threshold);

        using var scope = NewDisposeScope();
        var distance = (Wide(keypoints) - Wide(targets)).square().sum(2).sqrt();                          // [B, P]
        var right = (distance <= threshold * Wide(scale).unsqueeze(1)).logical_and(labelled);
        var share = right.sum([0]).to(ScalarType.Float64) / labelled.sum([0]);
        return share.to(keypoints.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Wide(Tensor values) => values.detach().to(ScalarType.Float64);
}
