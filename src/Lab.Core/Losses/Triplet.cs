using Lab.Core.Runtime;
using Lab.Core.Similarities;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Wants an anchor nearer to its positive than to its negative, by a margin.</summary>
    /// <remarks>
    /// <para>Formula: <c>max(0, d(a, p) - d(a, n) + margin)</c> with the distance <c>d(x, y) = ‖x - y‖</c>.</para>
    /// <para>Gradient, where the loss is above 0: <c>(a - p)/d(a, p) - (a - n)/d(a, n)</c> in a; of length 1 in p and in n, however
    /// near they are; 0 where the two vectors of a distance are equal. A batch where all losses are 0 does not train:
    /// <see cref="Similarity.SemiHardTriplets"/> chooses triplets that do.</para>
    /// <para>Numerics: finite gradients everywhere, see <see cref="Similarity.EuclideanDistance"/>.</para>
    /// <para>Library op: <c>nn.functional.triplet_margin_loss</c>, unreduced, with <c>eps: 0</c>; left alone it adds 1e-6 to every
    /// difference. Source: Schroff et al. 2015 (FaceNet), section 3.1, whose distances are squared.</para>
    /// </remarks>
    /// <param name="anchors">a, <c>[..., D]</c> with D >= 1, floating point.</param>
    /// <param name="positives">p, the shape and dtype of <paramref name="anchors"/>.</param>
    /// <param name="negatives">n, the shape and dtype of <paramref name="anchors"/>.</param>
    /// <param name="margin">In the vectors' unit, positive; 0.2 as a rule for vectors of length 1.</param>
    /// <returns>Losses in the vectors' unit, one per triplet, <c>[...]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or margin other than those above.</exception>
    public static Tensor Triplet(Tensor anchors, Tensor positives, Tensor negatives, double margin = 1)
    {
        EmbeddingShapes.RequirePairs(anchors, positives);
        EmbeddingShapes.RequireLike(negatives, anchors);
        Require.Positive(margin);

        using var scope = NewDisposeScope();
        var (near, far) = (Similarity.EuclideanDistance(anchors, positives), Similarity.EuclideanDistance(anchors, negatives));
        return (near - far + margin).relu().MoveToOuterDisposeScope();
    }
}
