using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Lab.Core.Runtime;

/// <summary>Shape and value checks that say what was wanted and what was got.</summary>
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
}
