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

    /// <summary>Class indices, one for each of the features.</summary>
    public static void RequireTargets(Tensor features, Tensor targets, Linear layer, long classes, long ignoreIndex)
    {
        RequireFeatures(features, layer);
        ArgumentNullException.ThrowIfNull(targets);
        Require.Shape(targets, features.shape.AsSpan()[..^1]);
        Require.SameDevice(targets, features);
        Require.ClassIndices(targets, classes, ignoreIndex);
    }

    /// <summary>The rows <c>[N, D]</c> whose targets count, these targets <c>[N]</c>, and which rows they are.</summary>
    public static (Tensor Rows, Tensor Targets, Tensor Numbers) Valid(Tensor features, Tensor targets, long ignoreIndex)
    {
        var truth = targets.reshape(-1);
        var numbers = (truth != ignoreIndex).nonzero().squeeze(1);
        return (features.reshape(truth.size(0), features.size(-1)).index_select(0, numbers), truth.index_select(0, numbers), numbers);
    }

    /// <summary>One loss for each target, 0 for those that do not count.</summary>
    public static Tensor PutBack(Tensor losses, Tensor numbers, long[] shape)
    {
        var all = zeros(shape, dtype: losses.dtype, device: losses.device).reshape(-1);
        return all.index_add(0, numbers, losses, 1).reshape(shape);
    }
}
