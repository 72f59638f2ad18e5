using System.Runtime.CompilerServices;
using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

/// <summary>What losses that look at places share: scores <c>[B, K, H, W]</c> and label maps <c>[B, H, W]</c>.</summary>
internal static class MapShapes
{
    public static void Require(
        Tensor logits, Tensor targets, Tensor? weight, long ignoreIndex,
        [CallerArgumentExpression(nameof(weight))] string? weightName = null)
    {
        Runtime.Require.FloatingPoint(logits);
        if (logits.dim() != 4)
            throw Runtime.Require.BadShape(logits, "[B, K, H, W]");
        ClassShapes.RequireIndices(logits, targets, weight, ignoreIndex, nameof(logits), weightName);
    }

    /// <summary>
    /// Probabilities, one map per class of where it is, and one of what counts: <c>[B, K, H, W]</c> twice and <c>[B, 1, H, W]</c>.
    /// 16-bit floats become float32. Where nothing counts, p is a constant.
    /// </summary>
    public static (Tensor P, Tensor Regions, Tensor Valid) Maps(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var valid = (targets != ignoreIndex).unsqueeze(1);
        var wide = logits.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logits.to(ScalarType.Float32) : logits;
        var p = Activation.Softmax(wide.masked_fill(valid.logical_not(), 0), 1);
        var index = targets.unsqueeze(1).masked_fill(valid.logical_not(), 0);
        return (p, zeros_like(p, ScalarType.Bool).scatter(1, index, valid), valid);
    }
}
