using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Activations;

/// <summary>Scores <c>[...]</c> on one scale, and the thresholds <c>[K - 1]</c> that cut it into K classes.</summary>
internal static class OrdinalShapes
{
    /// <summary>Checks both; answers the number of classes K. The order is looked at on the CPU only.</summary>
    public static long RequireCuts(
        Tensor scores, Tensor thresholds,
        [CallerArgumentExpression(nameof(scores))] string? scoresName = null,
        [CallerArgumentExpression(nameof(thresholds))] string? name = null)
    {
        Require.FloatingPoint(scores, scoresName);
        Require.SameDtype(thresholds, scores, name, scoresName);
        if (thresholds.shape is not [var cuts and > 0])
            throw Require.BadShape(thresholds, "[K - 1] with K >= 2 classes", name);
        Require.SameDevice(thresholds, scores, name, scoresName);
        RequireOrder(thresholds, name);
        return cuts + 1;
    }

    private static void RequireOrder(Tensor thresholds, string? name)
    {
        if (thresholds.device_type != DeviceType.CPU)
            return;
        using var scope = NewDisposeScope();
        var falls = thresholds.detach().diff() < 0;
        if (!falls.any().ToBoolean())
            return;
        var at = falls.nonzero()[0, 0].ToInt64();
        throw new ArgumentException(
            $"{name} must not decrease, got {thresholds[at].to(ScalarType.Float64).ToDouble()} before "
            + $"{thresholds[at + 1].to(ScalarType.Float64).ToDouble()}: Activation.Ascending puts any numbers in order.", name);
    }
}
