using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Turns the vectors of a pair the same way, or apart.</summary>
    /// <remarks>
    /// <para>Formula: <c>1 - cos</c> for a pair that belongs together, <c>max(0, cos - margin)</c> for one that does not, with
    /// <see cref="Similarity.Cosine"/>.</para>
    /// <para>Gradient: minus or plus that of the cosine, so none along a vector: lengths are free. Pairs apart get
    /// none once their cosine is at or below the margin: with margin 0 a right angle is far enough.</para>
    /// <para>Numerics: safe for lengths of any size. A zero vector has cosine 0.</para>
    /// <para>Library op: <c>nn.functional.cosine_embedding_loss</c>, unreduced, which wants 1 and -1 for true and false.</para>
    /// </remarks>
    /// <param name="first">x, <c>[..., D]</c> with D >= 1, floating point.</param>
    /// <param name="second">y, the shape and dtype of <paramref name="first"/>.</param>
    /// <param name="same">True where a pair belongs together, <c>[...]</c>, boolean.</param>
    /// <param name="margin">The cosine that pairs apart may keep, in <c>[-1, 1]</c>; 0 to 0.5 as a rule.</param>
    /// <returns>Losses from 0 to 2, one per pair, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or margin other than those above.</exception>
    public static Tensor CosineEmbedding(Tensor first, Tensor second, Tensor same, double margin = 0)
    {
        EmbeddingShapes.RequirePairs(first, second);
        EmbeddingShapes.RequireSame(same, first);
        if (margin is not (>= -1 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "Must be in [-1, 1].");

        using var scope = NewDisposeScope();
        var cosine = Similarity.Cosine(first, second);
        return where(same, 1 - cosine, (cosine - margin).relu()).MoveToOuterDisposeScope();
    }
}
