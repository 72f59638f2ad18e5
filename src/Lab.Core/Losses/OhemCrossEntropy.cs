using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Online hard example mining: the mean cross-entropy of the hard pixels alone.</summary>
    /// <remarks>
    /// <para>Formula: the mean of <c>w[y]·(log Z - z[y])</c> over the pixels whose <c>p[y]</c> is at most the threshold, and over the N
    /// hardest of them all where those are fewer. Pixels as hard as the N-th count too.</para>
    /// <para>Gradient: that of <see cref="CrossEntropy"/> on the hard pixels, divided by their number; 0 on the easy ones. Which pixels are
    /// hard is a constant, so the value jumps where one passes the threshold.</para>
    /// <para>Numerics: as with <see cref="CrossEntropy"/>. What is hard is told by the loss without weights, <c>-log p[y]</c>. The mean is
    /// over the pixels, not over their weights.</para>
    /// <para>Ignored pixels are neither hard nor easy: they count nowhere. An image without any other has loss 0.</para>
    /// <para>Oracle: sorting, in plain doubles. Source: Shrivastava et al. 2016; threshold and least number as in semantic segmentation.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="threshold">The greatest probability of the true class that is still hard, in <c>(0, 1]</c>; 1 keeps all.</param>
    /// <param name="leastKept">N, the least number of pixels that are kept, at least 1; all there are, where they are fewer.</param>
    /// <param name="weight">w, one factor per class, <c>[K]</c>, a constant; none means 1.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <param name="scope">Whether the hard pixels are chosen in each image or in the whole batch.</param>
    /// <returns>Nats per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor OhemCrossEntropy(
        Tensor logits, Tensor targets, double threshold = 0.7, long leastKept = 1, Tensor? weight = null,
        long ignoreIndex = DefaultIgnoreIndex, RegionScope scope = RegionScope.Image)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, weight, ignoreIndex);
        if (threshold is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Must be in (0, 1].");
        if (leastKept < 1)
            throw new ArgumentOutOfRangeException(nameof(leastKept), leastKept, "Must be at least 1.");
        RegionShapes.RequireChoices(RegionClasses.Present, scope);

        using var disposing = NewDisposeScope();
        var surprise = Images(CrossEntropy(logits, targets, null, ignoreIndex));
        var losses = weight is null ? surprise : Images(CrossEntropy(logits, targets, weight, ignoreIndex));
        var hard = Hard(surprise.detach(), Images(targets) != ignoreIndex, threshold, leastKept);
        var total = losses.masked_fill(hard.logical_not(), 0).sum([1], type: Wide(losses));
        var means = (total / hard.sum(1).clamp(min: 1)).to(logits.dtype);
        return (scope == RegionScope.Batch ? means.squeeze(0) : means).MoveToOuterDisposeScope();

        Tensor Images(Tensor maps) => scope == RegionScope.Batch ? maps.reshape(1, -1) : maps.dim() == 1 ? maps.unsqueeze(1) : maps.flatten(1);

        static ScalarType Wide(Tensor t) => t.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : t.dtype;
    }

    /// <summary>Which pixels of <c>[B, N]</c> are above the threshold's loss, or among the hardest few.</summary>
    private static Tensor Hard(Tensor losses, Tensor valid, double threshold, long leastKept)
    {
        if (losses.size(1) == 0)
            return valid;
        var ranked = losses.masked_fill(valid.logical_not(), double.NegativeInfinity);
        var (hardest, _) = ranked.topk((int)Math.Min(leastKept, losses.size(1)), 1, largest: true, sorted: true);
        var bar = hardest.narrow(1, hardest.size(1) - 1, 1).clamp(max: -Math.Log(threshold)); // [B, 1]
        return (ranked < bar).logical_not().logical_and(valid);           // NaN is hard
    }
}
