using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lab.Core.Heads;

/// <summary>The one shape dialect of heads: features <c>[..., D]</c> with any leading dimensions.</summary>
internal static class HeadShapes
{
    /// <summary>Features must fit a head's layer in width, dtype and device.</summary>
    public static void RequireFeatures(
        Tensor features, Linear layer, [CallerArgumentExpression(nameof(features))] string? name = null)
    {
        Require.FloatingPoint(features, name);
        var weight = layer.weight!;
        var width = weight.size(1);
        if (features.shape is not [.., var got] || got != width)
            throw Require.BadShape(features, $"[..., {width}], as wide as the head", name);
        Require.SameDtype(features, weight, name, "the head");
        Require.SameDevice(features, weight, name, "the head");
    }
}
