using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Runtime;

/// <summary>Checks of arguments, made before any work, that say what was wanted and what was got.</summary>
internal static class Require
{
    public static void Shape(
        Tensor tensor, ReadOnlySpan<long> expected, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (!tensor.shape.AsSpan().SequenceEqual(expected))
            throw BadShape(tensor, $"[{string.Join(", ", expected.ToArray())}]", name);
    }

    public static ArgumentException BadShape(
        Tensor tensor, string expected, [CallerArgumentExpression(nameof(tensor))] string? name = null) =>
        new($"{name} must have shape {expected}, got [{string.Join(", ", tensor.shape)}].", name);

    public static void FloatingPoint(
        Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (!tensor.is_floating_point())
            throw new ArgumentException($"{name} must be floating point, got {tensor.dtype}.", name);
    }

    /// <summary>Targets of a differentiable loss must have the dtype of its logits: promotion would hide a mistake.</summary>
    public static void SameDtype(
        Tensor tensor, Tensor like,
        [CallerArgumentExpression(nameof(tensor))] string? name = null,
        [CallerArgumentExpression(nameof(like))] string? likeName = null)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dtype != like.dtype)
            throw new ArgumentException($"{name} must have the dtype of {likeName}, {like.dtype}, got {tensor.dtype}.", name);
    }

    public static void SameDevice(
        Tensor tensor, Tensor like,
        [CallerArgumentExpression(nameof(tensor))] string? name = null,
        [CallerArgumentExpression(nameof(like))] string? likeName = null)
    {
        if (tensor.device_type != like.device_type || tensor.device_index != like.device_index)
            throw new ArgumentException($"{name} must be on the device of {likeName}, {like.device}, got {tensor.device}.", name);
    }

    /// <summary>A mask says true or false; numbers (0 and 1, or 0 and -∞) mean different things in different places.</summary>
    public static void Mask(Tensor mask, [CallerArgumentExpression(nameof(mask))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(mask, name);
        if (mask.dtype != ScalarType.Bool)
            throw new ArgumentException($"{name} must be boolean, true = valid, got {mask.dtype}.", name);
    }

    /// <summary>Turns a dimension that may count from the end into one that counts from the front.</summary>
    public static long Dimension(long dim, Tensor tensor, [CallerArgumentExpression(nameof(dim))] string? name = null)
    {
        var rank = tensor.dim();
        if (dim < -rank || dim >= rank)
            throw new ArgumentOutOfRangeException(name, dim, $"Must be in [{-rank}, {rank}) for a tensor of rank {rank}.");
        return dim < 0 ? dim + rank : dim;
    }

    /// <summary>The dimension that an op normalises or reduces over must hold something.</summary>
    public static void NotEmptyAlong(
        long dim, Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (tensor.size((int)dim) == 0)
            throw new ArgumentException(
                $"{name} must have at least one entry along dimension {dim}, got shape [{string.Join(", ", tensor.shape)}].", name);
    }

    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(name, value, "Must be positive and finite.");
    }

    /// <summary>A share of a whole that leaves something: dropout, or label smoothing.</summary>
    public static void Fraction(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(name, value, "Must be in [0, 1).");
    }

    /// <summary>Attention heads share the width evenly.</summary>
    public static void Heads(long heads, long width, [CallerArgumentExpression(nameof(heads))] string? name = null)
    {
        if (heads < 1 || width % heads != 0)
            throw new ArgumentException($"{name} must be positive and divide the width, {width}, got {heads}.", name);
    }

    public static void NotNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(name, value, "Must be finite and not negative.");
    }

    /// <summary>
    /// Class indices must lie in [0, K) or be the index to ignore. Looked at on the CPU only: on CUDA it would stop the
    /// stream, and the device's own assertion catches it.
    /// </summary>
    public static void ClassIndices(
        Tensor targets, long classes, long ignoreIndex, [CallerArgumentExpression(nameof(targets))] string? name = null)
    {
        if (targets.dtype != ScalarType.Int64)
            throw new ArgumentException($"{name} must be class indices of dtype Int64, got {targets.dtype}.", name);
        if (targets.device_type != DeviceType.CPU || targets.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (targets < 0).logical_or(targets >= classes).logical_and(targets != ignoreIndex);
        if (outside.any().ToBoolean())
            throw new ArgumentException(
                $"{name} must lie in [0, {classes}) or be the index to ignore, {ignoreIndex}, got {targets[outside][0].ToInt64()}.", name);
    }

    public static void BroadcastsTo(
        Tensor tensor, Tensor like,
        [CallerArgumentExpression(nameof(tensor))] string? name = null,
        [CallerArgumentExpression(nameof(like))] string? likeName = null)
    {
        var (small, large) = (tensor.shape, like.shape);
        var fits = small.Length <= large.Length;
        for (var i = 1; fits && i <= small.Length; i++)
            fits = small[^i] == 1 || small[^i] == large[^i];
        if (!fits)
            throw BadShape(tensor, $"that broadcasts to that of {likeName}, [{string.Join(", ", large)}]", name);
    }

    /// <summary>Entries must not be below 0. Looked at on the CPU only, as <see cref="ClassIndices"/> is.</summary>
    public static void NotNegative(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (tensor.device_type != DeviceType.CPU || tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var least = tensor.detach().min();
        if (least.ToDouble() < 0)
            throw new ArgumentException($"{name} must not be negative, got {least.ToDouble()}.", name);
    }

    /// <summary>Entries must lie in [0, 1]. Looked at on the CPU only, as <see cref="ClassIndices"/> is.</summary>
    public static void Probabilities(
        Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (tensor.device_type != DeviceType.CPU || tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var outside = (tensor < 0).logical_or(tensor > 1);
        if (outside.any().ToBoolean())
            throw new ArgumentException(
                $"{name} must lie in [0, 1], got {tensor[outside][0].ToDouble()}: are these logits?", name);
    }

    /// <summary>Entries must be above a bound, or on it. Looked at on the CPU only, as <see cref="ClassIndices"/> is.</summary>
    public static void AtLeast(
        Tensor tensor, double bound, bool orEqual, [CallerArgumentExpression(nameof(tensor))] string? name = null) =>
        Entries(tensor, t => orEqual ? t >= bound : t > bound, $"{(orEqual ? "at least" : "more than")} {bound}", name);

    /// <summary>Entries must lie between two bounds and on neither. Looked at on the CPU only.</summary>
    public static void Inside(
        Tensor tensor, double low, double high, [CallerArgumentExpression(nameof(tensor))] string? name = null) =>
        Entries(tensor, t => (t > low).logical_and(t < high), $"in ({low}, {high})", name);

    /// <summary>Entries must lie between two bounds or on one. Looked at on the CPU only.</summary>
    public static void Between(
        Tensor tensor, double low, double high, [CallerArgumentExpression(nameof(tensor))] string? name = null) =>
        Entries(tensor, t => (t >= low).logical_and(t <= high), $"in [{low}, {high}]", name);

    /// <summary>Entries must be 0 or 1, of any dtype. Looked at on the CPU only.</summary>
    public static void ZeroOrOne(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null) =>
        Entries(tensor, t => (t == 0).logical_or(t == 1), "0 or 1", name);

    private static void Entries(Tensor tensor, Func<Tensor, Tensor> good, string wanted, string? name)
    {
        if (tensor.device_type != DeviceType.CPU || tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var bad = good(tensor).logical_not();
        if (bad.any().ToBoolean())
            throw new ArgumentException($"Entries of {name} must be {wanted}, got {tensor[bad][0].ToDouble()}.", name);
    }

    /// <summary>
    /// Entries must lie in [0, 1] and sum to 1 along a dimension, as closely as 16-bit numbers can. Looked at on the CPU
    /// only, as <see cref="ClassIndices"/> is.
    /// </summary>
    public static void Distributions(
        Tensor tensor, long dim, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        Probabilities(tensor, name);
        if (tensor.device_type != DeviceType.CPU || tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var mass = tensor.detach().sum(dim, type: ScalarType.Float64);
        var wrong = ((mass - 1).abs() <= 0.01).logical_not();
        if (wrong.any().ToBoolean())
            throw new ArgumentException(
                $"{name} must sum to 1 along dimension {dim}, got {mass[wrong][0].ToDouble()}: is this one distribution per example?", name);
    }

    /// <summary>Both ends of a range must be finite, the first below the second.</summary>
    public static void Interval(
        double low, double high,
        [CallerArgumentExpression(nameof(low))] string? lowName = null,
        [CallerArgumentExpression(nameof(high))] string? highName = null)
    {
        if (!double.IsFinite(low))
            throw new ArgumentOutOfRangeException(lowName, low, "Must be finite.");
        if (!(high > low) || !double.IsFinite(high))
            throw new ArgumentOutOfRangeException(highName, high, $"Must be finite and above {lowName}, {low}.");
    }
}
