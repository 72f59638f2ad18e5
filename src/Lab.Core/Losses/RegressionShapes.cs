using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>The one shape dialect of losses over real numbers: all arguments of one shape, dtype and device.</summary>
internal static class RegressionShapes
{
    public static void RequireSame(
        Tensor predictions, Tensor targets,
        [CallerArgumentExpression(nameof(predictions))] string? predictionsName = null,
        [CallerArgumentExpression(nameof(targets))] string? targetsName = null)
    {
        Require.FloatingPoint(predictions, predictionsName);
        Require.SameDtype(targets, predictions, targetsName, predictionsName);
        if (!targets.shape.AsSpan().SequenceEqual(predictions.shape))
            throw Differs(predictions, targets, predictionsName, targetsName);
        Require.SameDevice(targets, predictions, targetsName, predictionsName);
    }

    /// <summary>
    /// Says what broadcasting would do in silence: <c>[B, 1]</c> against <c>[B]</c> gives <c>[B, B]</c>, every prediction
    /// against every target, whose mean still falls while the network learns to answer the average.
    /// </summary>
    private static ArgumentException Differs(Tensor predictions, Tensor targets, string? predictionsName, string? targetsName)
    {
        var (wanted, got) = (predictions.shape, targets.shape);
        var cure = wanted.Length == got.Length
            ? "Shapes are never broadcast here"
            : "Broadcasting would pair every prediction with every target: drop the extra dimension with squeeze, or add it "
              + "with unsqueeze";
        return new(
            $"{targetsName} must have the shape of {predictionsName}, [{string.Join(", ", wanted)}], got [{string.Join(", ", got)}]. {cure}.",
            targetsName);
    }
}
