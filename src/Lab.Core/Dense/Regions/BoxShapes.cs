using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Dense.Regions;

/// <summary>The one dialect of regions: boxes <c>[R, 4]</c> as left, top, right, bottom in pixels, pixel x covering x to x + 1.</summary>
internal static class BoxShapes
{
    public static void RequireBoxes(Tensor boxes, [CallerArgumentExpression(nameof(boxes))] string? name = null)
    {
        Require.FloatingPoint(boxes, name);
        if (boxes.shape is not [_, 4])
            throw Require.BadShape(boxes, "[R, 4]", name);
    }

    /// <summary>Boxes of which logarithms of sides are taken. Looked at on the CPU only, as class indices are.</summary>
    public static void RequireSides(Tensor boxes, [CallerArgumentExpression(nameof(boxes))] string? name = null)
    {
        Require.FloatingPoint(boxes, name);
        if (boxes.shape is not [.., 4])
            throw Require.BadShape(boxes, "[..., 4]", name);
        if (boxes.device_type != DeviceType.CPU || boxes.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var sides = boxes.detach()[TensorIndex.Ellipsis, 2..] - boxes.detach()[TensorIndex.Ellipsis, ..2];
        if ((sides > 0).logical_not().any().ToBoolean())
            throw new ArgumentException($"{name} must have positive width and height, got a side of {sides.min().ToDouble()}.", name);
    }

    /// <summary>The number of an image for each region.</summary>
    public static void RequireImages(Tensor images, Tensor boxes, long count, [CallerArgumentExpression(nameof(images))] string? name = null)
    {
        RequireIndices(images, [boxes.size(0)], count, "image numbers", name);
        Require.SameDevice(images, boxes, name, "the boxes");
    }

    /// <summary>Class indices, none of them to be ignored: there is no class -1, and an index from the end would pick one in silence.</summary>
    public static void RequireLabels(Tensor labels, long count, long classes, [CallerArgumentExpression(nameof(labels))] string? name = null) =>
        RequireIndices(labels, [count], classes, "class indices", name);

    /// <summary>Whole numbers from 0 on. Looked at on the CPU only.</summary>
    public static void RequireIndices(
        Tensor numbers, ReadOnlySpan<long> shape, long below, string what, [CallerArgumentExpression(nameof(numbers))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(numbers, name);
        if (numbers.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be of dtype Int64, got {numbers.dtype}.", name);
        Require.Shape(numbers, shape, name);
        if (numbers.device_type != DeviceType.CPU || numbers.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (numbers < 0).logical_or(numbers >= below);
        if (outside.any().ToBoolean())
            throw new ArgumentException($"{name} must be {what} in [0, {below}), got {numbers[outside][0].ToInt64()}.", name);
    }

    /// <summary>The size of an image or of a grid.</summary>
    public static void RequireSize(long height, long width)
    {
        Require.Positive(height);
        Require.Positive(width);
    }
}
