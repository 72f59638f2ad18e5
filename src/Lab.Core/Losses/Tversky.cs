using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Tversky loss: how far each class's region is from being found, with a price of its own for each way to be wrong.</summary>
    /// <remarks>
    /// <para>Formula, for one class: <c>1 - (TP + s) / (TP + α·FP + β·FN + s)</c>, with the sums over pixels of probabilities
    /// <c>p = softmax(z)</c>: hits <c>TP = Σ p·y</c>, false alarms <c>FP = Σ p·(1 - y)</c>, misses <c>FN = Σ (1 - p)·y</c>. Then
    /// the mean over the classes. β > α makes a miss dearer than a false alarm: for objects of few pixels.</para>
    /// <para>Gradient in p, with numerator N and denominator D: <c>-(D - (1 - β)·N) / D²</c> inside the region, <c>α·N / D²</c>
    /// outside. All pixels of a class are pushed equally, and the more strongly the smaller the region: that balances classes.</para>
    /// <para>Numerics: float16 and bfloat16 are summed in float32. A pixel whose logits are all -∞ gives NaN, as with softmax.</para>
    /// <para>Ignored pixels are in no sum: they have gradient 0, whatever their logits are. An image without any other has loss 0.</para>
    /// <para>Oracle: sums and gradient in plain doubles. Source: Salehi et al. 2017. With α = β = ½ it is <see cref="Dice"/>, with
    /// α = β = 1 <see cref="Jaccard"/>.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="alpha">α, the price of a false alarm, not negative.</param>
    /// <param name="beta">β, the price of a miss, positive.</param>
    /// <param name="smoothing">s, in pixels, not negative: makes small regions matter less. Positive where all classes count: what is
    /// seen of an absent one would cost 1, much or little.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <param name="classes">Which classes the mean is over.</param>
    /// <param name="scope">Whether the sums go over an image or the whole batch.</param>
    /// <returns>A number in <c>[0, 1]</c> per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor Tversky(
        Tensor logits, Tensor targets, double alpha = 0.3, double beta = 0.7, double smoothing = 0,
        long ignoreIndex = DefaultIgnoreIndex, RegionClasses classes = RegionClasses.Present, RegionScope scope = RegionScope.Image)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);
        Require.NotNegative(alpha);
        Require.Positive(beta);
        RegionShapes.RequireSmoothing(smoothing, classes);
        RegionShapes.RequireChoices(classes, scope);

        using var disposing = NewDisposeScope();
        var counts = RegionShapes.Gather(RegionCounts.OfClasses(logits, targets, ignoreIndex), scope);
        var losses = RegionLosses(counts, alpha, beta, smoothing);        // [B, K]
        return RegionShapes.Mean(losses, counts[2], classes, scope).to(logits.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Tversky's loss of each class, from the sums of <see cref="RegionCounts"/>.</summary>
    private static Tensor RegionLosses(Tensor counts, double alpha, double beta, double smoothing)
    {
        var (hits, predicted, there) = (counts[0], counts[1], counts[2]); // [B, K] each
        var wrong = alpha * (predicted - hits) + beta * (there - hits);
        var all = hits + wrong + smoothing;
        var absent = there + smoothing == 0;                              // left out later; a trace of one has no quotient to speak of
        return wrong.masked_fill(absent, 0) / all.masked_fill(absent, 1);
    }
}
