using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Dice loss: how far each class's region is from being found, however few pixels it has.</summary>
    /// <remarks>
    /// <para>Formula, for one class: <c>1 - (2·Σ p·y + s) / (Σ p + Σ y + s)</c> over the pixels, with <c>p = softmax(z)</c> and y 0 or 1;
    /// then the mean over the classes. On hard predictions it is 1 less the F1 score.</para>
    /// <para>Gradient in p, with <c>D = Σ p + Σ y</c>, <c>I = Σ p·y</c> and s = 0: <c>2·I/D² - 2·y/D</c>: the same for all pixels of
    /// a class, and larger for small regions.</para>
    /// <para>Numerics: float16 and bfloat16 are summed in float32. A pixel whose logits are all -∞ gives NaN, as with softmax.</para>
    /// <para>Ignored pixels are in no sum: they have gradient 0, whatever their logits are. An image without any other has loss 0.</para>
    /// <para>Oracle: sums and gradient in plain doubles. Source: Milletari et al. 2016, who square the p in the denominator;
    /// Sudre et al. 2017, who do not.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="smoothing">s, in pixels, not negative: makes small regions matter less. Positive where all classes count: what is
    /// seen of an absent one would cost 1, much or little.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <param name="classes">Which classes the mean is over.</param>
    /// <param name="scope">Whether the sums go over an image or the whole batch.</param>
    /// <returns>A number in <c>[0, 1]</c> per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor Dice(
        Tensor logits, Tensor targets, double smoothing = 0, long ignoreIndex = DefaultIgnoreIndex,
        RegionClasses classes = RegionClasses.Present, RegionScope scope = RegionScope.Image)
    {
        RegionShapes.RequireSmoothing(smoothing, classes);
        return Tversky(logits, targets, 0.5, 0.5, smoothing / 2, ignoreIndex, classes, scope);
    }
}
