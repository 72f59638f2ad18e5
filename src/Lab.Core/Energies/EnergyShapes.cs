using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using Lab.Core.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Energies;

/// <summary>The shapes that energies of sequences share, checked in one place.</summary>
internal static class EnergyShapes
{
    /// <summary>A real number for each tag at each place, <c>[B, T, K]</c>, as the module's parameters are.</summary>
    public static void Check(Tensor scores, Tensor like, long tags, [CallerArgumentExpression(nameof(scores))] string? name = null)
    {
        Require.FloatingPoint(scores, name);
        if (scores.shape is not [_, > 0, var width] || width != tags)
            throw Require.BadShape(scores, $"[B, T, {tags}] with T >= 1", name);
        Require.SameDtype(scores, like, name, "the module");
        Require.SameDevice(scores, like, name, "the module");
    }

    /// <summary>A mask <c>[B, T]</c> whose valid places come first; null means all.</summary>
    public static void Mask(Tensor? mask, Tensor scores, [CallerArgumentExpression(nameof(mask))] string? name = null)
    {
        if (mask is null)
            return;
        ChainShapes.Mask(mask, scores, name);
        if (mask.device_type != DeviceType.CPU || mask.numel() == 0 || mask.size(1) == 1)
            return;                                                       // looking would stop a GPU's stream
        using var scope = NewDisposeScope();
        var (before, after) = (mask.narrow(1, 0, mask.size(1) - 1), mask.narrow(1, 1, mask.size(1) - 1));
        if (after.logical_and(before.logical_not()).any().ToBoolean())
            throw new ArgumentException($"{name} must have the valid places first in each row, got one with a hole.", name);
    }
}
