using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>The one shape dialect of losses over classes: scores <c>[B, K, ...]</c>, indices <c>[B, ...]</c>, weight <c>[K]</c>.</summary>
internal static class ClassShapes
{
    public static void RequireIndices(
        Tensor scores, Tensor targets, Tensor? weight, long ignoreIndex,
        [CallerArgumentExpression(nameof(scores))] string? scoresName = null,
        [CallerArgumentExpression(nameof(weight))] string? weightName = null)
    {
        var classes = RequireScores(scores, weight, scoresName, weightName);
        ArgumentNullException.ThrowIfNull(targets);
        long[] expected = [scores.size(0), .. scores.shape[2..]];
        Require.Shape(targets, expected);
        Require.SameDevice(targets, scores, likeName: scoresName);
        Require.ClassIndices(targets, classes, ignoreIndex);
    }

    /// <summary>Checks scores and weight; answers the number of classes K.</summary>
    public static long RequireScores(
        Tensor scores, Tensor? weight = null,
        [CallerArgumentExpression(nameof(scores))] string? scoresName = null,
        [CallerArgumentExpression(nameof(weight))] string? weightName = null)
    {
        if (scores.shape is not [_, var classes, ..])
            throw Require.BadShape(scores, "[B, K, ...]", scoresName);
        if (classes == 0)
            throw Require.BadShape(scores, "[B, K, ...] with K >= 1", scoresName);
        if (weight is not null)
        {
            Require.Shape(weight, [classes], weightName);
            Require.SameDtype(weight, scores, weightName, scoresName);
            Require.SameDevice(weight, scores, weightName, scoresName);
        }
        return classes;
    }
}
