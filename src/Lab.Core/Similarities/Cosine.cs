using Lab.Core.Activations;
using static TorchSharp.torch;

namespace Lab.Core.Similarities;

/// <summary>How near two vectors are, and who is near whom.</summary>
public static partial class Similarity
{
    /// <summary>The length that a shorter vector is divided by, as in the library.</summary>
    private const double Shortest = 1e-8;

    /// <summary>The cosine of the angle between two vectors: whether they point the same way, whatever their lengths.</summary>
    /// <remarks>
    /// <para>Formula: <c>cos = x·y / (max(‖x‖, ε)·max(‖y‖, ε))</c> with ε = 1e-8, in <c>[-1, 1]</c>.</para>
    /// <para>Gradient: <c>(v - cos·u) / ‖x‖</c> in x, for the vectors of length 1 u of x and v of y. It has no part along x, and
    /// it fades as the angle closes and as it opens to 180°.</para>
    /// <para>Numerics: each vector is brought to length 1 first, so lengths of 1e200 neither overflow nor vanish. A zero vector
    /// has cosine 0 with everything. In float16 ε is 6e-5, the least normal number.</para>
    /// <para>Library op: <c>nn.functional.cosine_similarity</c>.</para>
    /// </remarks>
    /// <param name="first">x, <c>[..., D]</c> with D >= 1, floating point.</param>
    /// <param name="second">y, the shape and dtype of <paramref name="first"/>.</param>
    /// <returns>Cosines, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape or dtype other than those above.</exception>
    public static Tensor Cosine(Tensor first, Tensor second)
    {
        EmbeddingShapes.RequirePairs(first, second);

        using var scope = NewDisposeScope();
        var (u, v) = (Activation.L2Normalize(first, -1, Shortest), Activation.L2Normalize(second, -1, Shortest));
        return (u * v).sum(-1).MoveToOuterDisposeScope();
    }
}
