using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Focal Tversky loss: a power of each class's Tversky loss, before the mean over the classes.</summary>
    /// <remarks>
    /// <para>Formula, for one class: <c>t^γ</c> with t the <see cref="Tversky"/> loss; then the mean over the classes. γ = 0.75, the
    /// paper's 1/γ for γ = 4/3, keeps pushing regions that are nearly found; γ > 1 turns to those that are far from it, as
    /// <see cref="Focal"/> does for pixels.</para>
    /// <para>Gradient: <c>γ·t^(γ - 1)</c> times Tversky's. For γ &lt; 1 that factor is infinite at t = 0, where the gradient is taken
    /// as 0: a region that is found exactly is left alone.</para>
    /// <para>Ignored pixels, absent classes, half precision: as with <see cref="Tversky"/>.</para>
    /// <para>Oracle: sums and gradient in plain doubles. Source: Abraham and Khan 2019.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="alpha">α, the price of a false alarm, not negative.</param>
    /// <param name="beta">β, the price of a miss, positive.</param>
    /// <param name="gamma">γ, the exponent, positive.</param>
    /// <param name="smoothing">s, in pixels, not negative: makes small regions matter less. Positive where all classes count: what is
    /// seen of an absent one would cost 1, much or little.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <param name="classes">Which classes the mean is over.</param>
    /// <param name="scope">Whether the sums go over an image or the whole batch.</param>
    /// <returns>A number in <c>[0, 1]</c> per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor FocalTversky(
        Tensor logits, Tensor targets, double alpha = 0.3, double beta = 0.7, double gamma = 0.75, double smoothing = 0,
        long ignoreIndex = DefaultIgnoreIndex, RegionClasses classes = RegionClasses.Present, RegionScope scope = RegionScope.Image)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);
        Require.NotNegative(alpha);
        Require.Positive(beta);
        Require.Positive(gamma);
        RegionShapes.RequireSmoothing(smoothing, classes);
        RegionShapes.RequireChoices(classes, scope);

        using var disposing = NewDisposeScope();
        var counts = RegionShapes.Gather(RegionCounts.OfClasses(logits, targets, ignoreIndex), scope);
        var losses = RegionLosses(counts, alpha, beta, smoothing);        // [B, K]
        var found = losses <= 0;                                          // by rounding also a little below
        var powers = losses.masked_fill(found, 1).pow(gamma).masked_fill(found, 0);
        return RegionShapes.Mean(powers, counts[2], classes, scope).to(logits.dtype).MoveToOuterDisposeScope();
    }
}
