using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using Lab.Core.Sequences;
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
        if (mask is not null)
            ChainShapes.PrefixMask(mask, scores, name);
    }
}
