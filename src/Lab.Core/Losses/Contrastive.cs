using Lab.Core.Runtime;
using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Draws the vectors of a pair together, or pushes them a margin apart.</summary>
    /// <remarks>
    /// <para>Formula: <c>d²/2</c> for a pair that belongs together, <c>max(0, margin - d)²/2</c> for one that does not, with
    /// the distance <c>d = ‖x - y‖</c>.</para>
    /// <para>Gradient in x: <c>x - y</c> together, a spring; <c>-(margin - d)·(x - y)/d</c> apart, a spring that pushes and is slack
    /// from the margin on. It is 0 for a pair apart whose vectors are equal: no direction leads away.</para>
    /// <para>Numerics: finite gradients everywhere, see <see cref="Similarity.EuclideanDistance"/>.</para>
    /// <para>Oracle: the formula by the library's <c>norm</c>. Source: Hadsell, Chopra and LeCun 2006, equation 4, which writes Y = 0 for
    /// true and Y = 1 for false.</para>
    /// </remarks>
    /// <param name="first">x, <c>[..., D]</c> with D >= 1, floating point.</param>
    /// <param name="second">y, the shape and dtype of <paramref name="first"/>.</param>
    /// <param name="same">True where a pair belongs together, <c>[...]</c>, boolean.</param>
    /// <param name="margin">The distance from which pairs apart are left alone, in the vectors' unit, positive.</param>
    /// <returns>Losses in the vectors' unit squared, one per pair, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or margin other than those above.</exception>
    public static Tensor Contrastive(Tensor first, Tensor second, Tensor same, double margin = 1)
    {
        EmbeddingShapes.RequirePairs(first, second);
        EmbeddingShapes.RequireSame(same, first);
        Require.Positive(margin);

        using var scope = NewDisposeScope();
        var together = (first - second).square().sum(-1);                 // no root, and so a slope where d = 0
        var apart = (margin - Similarity.EuclideanDistance(first, second)).relu().square();
        return (where(same, together, apart) / 2).MoveToOuterDisposeScope();
    }
}
