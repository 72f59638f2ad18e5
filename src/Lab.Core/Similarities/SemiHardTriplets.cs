using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Core.Similarities;

/// <summary>Triplets of examples of a batch, by their numbers in it: for <c>index_select</c>.</summary>
/// <param name="Anchors">Row numbers, <c>[T]</c>, int64.</param>
/// <param name="Positives">Rows with the anchor's label, <c>[T]</c>, int64.</param>
/// <param name="Negatives">Rows with another label, <c>[T]</c>, int64.</param>
public sealed record Triplets(Tensor Anchors, Tensor Positives, Tensor Negatives);

public static partial class Similarity
{
    /// <summary>Chooses, for each pair of examples with the same label, a third one to push away: not the nearest of all, which
    /// is often a mistake in the data and makes embeddings collapse, but the nearest that is farther than the positive.</summary>
    /// <remarks>
    /// <para>Rule, for anchor a and positive p ≠ a of one label, with Euclidean distances d:</para>
    /// <para>1. Semi-hard: of the negatives with <c>d(a, p) &lt; d(a, n) &lt; d(a, p) + margin</c>, the nearest.</para>
    /// <para>2. Where no negative is farther than the positive, the farthest one: the least hard of those that are too near.</para>
    /// <para>3. Where all that are farther are farther by the margin or more, the pair has nothing to learn and is left out. So is
    /// one without any negative. Of negatives at the same distance the first in the batch is taken.</para>
    /// <para>Pairs are ordered: (a, p) and (p, a) each find a triplet of their own. They come by anchor, then by positive.
    /// There may be none: <see cref="Losses.Loss.WeightedMean"/> of no losses is 0, where <c>mean</c> is NaN.</para>
    /// <para>Gradient: none. Take the vectors of the triplets with <c>index_select</c>, and <see cref="Losses.Loss.Triplet"/> of
    /// them.</para>
    /// <para>Numerics: distances in float64, whatever the dtype. By sorting, in memory of B² numbers. A batch of NaN
    /// has no triplets.</para>
    /// <para>Oracle: loops over all triplets. Source: Schroff et al. 2015 (FaceNet), section 3.2, whose distances are squared.</para>
    /// </remarks>
    /// <param name="vectors">Embeddings of one batch, as a rule of length 1, <c>[B, D]</c> with D >= 1, floating point.</param>
    /// <param name="labels">Class numbers of any value, <c>[B]</c>, int64.</param>
    /// <param name="margin">As given to the loss, in the vectors' unit, positive.</param>
    /// <returns>Row numbers, <c>[T]</c> each.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or margin other than those above.</exception>
    public static Triplets SemiHardTriplets(Tensor vectors, Tensor labels, double margin = 0.2)
    {
        EmbeddingShapes.RequireBatch(vectors);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.dtype != ScalarType.Int64)
            throw new ArgumentException($"labels must be of dtype Int64, got {labels.dtype}.", nameof(labels));
        Require.Shape(labels, [vectors.size(0)]);
        Require.SameDevice(labels, vectors);
        Require.Positive(margin);

        using var scope = NewDisposeScope();
        var points = vectors.detach().to(ScalarType.Float64);
        var distances = cdist(points, points, 2, compute_mode.donot_use_mm_for_euclid_dist);   // [B, B]
        var together = labels.unsqueeze(0) == labels.unsqueeze(1);
        var others = together.logical_not().sum(1, keepdim: true);        // [B, 1]: negatives of each anchor
        var (near, number) = distances.masked_fill(together, double.PositiveInfinity).sort(dim: 1, stable: true);

        var next = searchsorted(near, distances, right: true);            // [B, B]: the first that is farther than the positive
        var farther = next < others;
        var farthest = near.gather(1, (others - 1).clamp(min: 0));        // [B, 1]
        var choice = where(farther, next, searchsorted(near, farthest, right: false)).clamp(max: labels.size(0) - 1);   // NaN is past all
        var excess = near.gather(1, choice) - distances;
        var kept = together.logical_and(excess < margin);         // without negatives the excess is infinite
        kept.diagonal().fill_(false);                                     // nobody is its own positive

        var pairs = kept.nonzero();                                       // [T, 2]
        return new(
            pairs.select(1, 0).clone().MoveToOuterDisposeScope(),
            pairs.select(1, 1).clone().MoveToOuterDisposeScope(),
            number.gather(1, choice)[kept].MoveToOuterDisposeScope());
    }
}
