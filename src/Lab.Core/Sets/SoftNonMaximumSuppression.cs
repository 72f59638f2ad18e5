using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Sets;

/// <summary>How the score of a box falls with its overlap with a surer one.</summary>
public enum ScoreDecay
{
    /// <summary>By the factor <c>1 - IoU</c>, from an overlap above the threshold on.</summary>
    Linear,

    /// <summary>By the factor <c>exp(-IoU²/σ)</c>, without a threshold.</summary>
    Gaussian,
}

/// <summary>Boxes that are left, and their new scores.</summary>
/// <param name="Kept">Their places, surest first, <c>[M]</c>, int64.</param>
/// <param name="Scores">Their scores after all surer ones have been taken, never rising, <c>[M]</c>.</param>
public sealed record RescoredBoxes(Tensor Kept, Tensor Scores);

public static partial class Boxes
{
    /// <summary>Makes boxes that overlap surer ones less sure, instead of removing them: two people side by side stay two.</summary>
    /// <remarks>
    /// <para>Rule: the surest box is taken, and the scores of the others fall by a factor of their overlap with it; then the surest of the rest by the
    /// new scores, and so on, until none has the least score.</para>
    /// <para>Of equal scores the first box counts as the surer. With classes, only scores of the same class fall.</para>
    /// <para>Gradient: none. Numerics: in float64, whatever the dtype. N rows of overlaps: time grows with N².</para>
    /// <para>Oracle: the rule in plain doubles. Source: Bodla et al. 2017, figure 2.</para>
    /// </remarks>
    /// <param name="boxes">Left, top, right, bottom, <c>[N, 4]</c>, floating point.</param>
    /// <param name="scores">How sure each is, <c>[N]</c>, floating point, 0 or more.</param>
    /// <param name="decay">How scores fall.</param>
    /// <param name="threshold">For <see cref="ScoreDecay.Linear"/>: the overlap up to which nothing falls, in [0, 1].</param>
    /// <param name="sigma">For <see cref="ScoreDecay.Gaussian"/>: σ, positive; the smaller, the steeper.</param>
    /// <param name="leastScore">Boxes below it are left out, 0 or more.</param>
    /// <param name="classes">The class of each, <c>[N]</c>, int64; null where there is one class only.</param>
    /// <returns>What is left, with scores of the dtype of <paramref name="scores"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or number other than those above.</exception>
    public static RescoredBoxes SoftNonMaximumSuppression(
        Tensor boxes, Tensor scores, ScoreDecay decay = ScoreDecay.Gaussian, double threshold = 0.3, double sigma = 0.5,
        double leastScore = 0.001, Tensor? classes = null)
    {
        RequireScored(boxes, scores, classes);
        Require.NotNegative(scores);
        if (!Enum.IsDefined(decay))
            throw new ArgumentException($"decay must be Linear or Gaussian, got {(int)decay}.", nameof(decay));
        RequireThreshold(threshold);
        Require.Positive(sigma);
        Require.NotNegative(leastScore);

        using var scope = NewDisposeScope();
        var (all, now) = (boxes.detach().to(ScalarType.Float64), scores.detach().to(ScalarType.Float64).clone());
        var (places, taken) = (new List<Tensor>(), new List<Tensor>());
        for (var n = boxes.size(0); n > 0; n--)
        {
            using var step = NewDisposeScope();
            var surest = now.argmax(0, keepdim: true);
            places.Add(surest.MoveToOuterDisposeScope());
            taken.Add(now.index_select(0, surest).MoveToOuterDisposeScope());
            var overlap = Similar(all.index_select(0, surest), all, BoxSimilarity.IoU);
            var factor = decay == ScoreDecay.Gaussian ? (overlap.square() / -sigma).exp() : where(overlap > threshold, 1 - overlap, 1);
            if (classes is not null)
                factor = where(classes == classes.index_select(0, surest), factor, 1);
            now = (now * factor).index_fill(0, surest, -1).MoveToOuterDisposeScope();   // below every score: taken
        }
        if (places.Count == 0)
            return new(zeros([0], ScalarType.Int64, boxes.device).MoveToOuterDisposeScope(), scores.detach().clone().MoveToOuterDisposeScope());
        var rescored = cat(taken);
        var sure = rescored >= leastScore;
        return new(
            cat(places).masked_select(sure).MoveToOuterDisposeScope(),
            rescored.masked_select(sure).to(scores.dtype).MoveToOuterDisposeScope());
    }
}
