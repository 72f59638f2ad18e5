using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Similarities;

/// <summary>The one shape dialect of ops over vectors: <c>[..., D]</c>, side by side or as a batch <c>[B, D]</c>.</summary>
internal static class EmbeddingShapes
{
    /// <summary>Vectors with at least one entry each.</summary>
    public static void RequireVectors(Tensor vectors, [CallerArgumentExpression(nameof(vectors))] string? name = null)
    {
        Require.FloatingPoint(vectors, name);
        if (vectors.shape is not [.., > 0])
            throw Require.BadShape(vectors, "[..., D] with D >= 1", name);
    }

    /// <summary>Vectors that are compared one by one: of one shape, never broadcast.</summary>
    public static void RequirePairs(
        Tensor first, Tensor second,
        [CallerArgumentExpression(nameof(first))] string? firstName = null,
        [CallerArgumentExpression(nameof(second))] string? secondName = null)
    {
        RequireVectors(first, firstName);
        RequireLike(second, first, secondName, firstName);
    }

    /// <summary>Vectors of the shape, dtype and device of others.</summary>
    public static void RequireLike(
        Tensor vectors, Tensor like,
        [CallerArgumentExpression(nameof(vectors))] string? name = null,
        [CallerArgumentExpression(nameof(like))] string? likeName = null)
    {
        Require.SameDtype(vectors, like, name, likeName);
        Require.Shape(vectors, like.shape, name);
        Require.SameDevice(vectors, like, name, likeName);
    }

    /// <summary>A batch of vectors that are compared with each other.</summary>
    public static void RequireBatch(Tensor vectors, [CallerArgumentExpression(nameof(vectors))] string? name = null)
    {
        Require.FloatingPoint(vectors, name);
        if (vectors.shape is not [_, > 0])
            throw Require.BadShape(vectors, "[B, D] with D >= 1", name);
    }

    /// <summary>
    /// One yes or no for each pair. The literature writes it as 1 and -1, or as 0 and 1, or as 1 and 0: a boolean cannot be
    /// taken for its opposite.
    /// </summary>
    public static void RequireSame(Tensor same, Tensor vectors, [CallerArgumentExpression(nameof(same))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(same, name);
        if (same.dtype != ScalarType.Bool)
            throw new ArgumentException($"{name} must be boolean, true where a pair belongs together, got {same.dtype}.", name);
        Require.Shape(same, vectors.shape.AsSpan()[..^1], name);
        Require.SameDevice(same, vectors, name, "the vectors");
    }
}
