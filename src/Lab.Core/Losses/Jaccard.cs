using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Jaccard loss, or soft IoU: 1 less the intersection of prediction and truth divided by their union.</summary>
    /// <remarks>
    /// <para>Formula, for one class: <c>1 - (Σ p·y + s) / (Σ p + Σ y - Σ p·y + s)</c> over the pixels, with <c>p = softmax(z)</c> and
    /// y 0 or 1; then the mean over the classes. On hard predictions it is 1 less the intersection over union. With d the Dice loss
    /// of a class it is <c>2d / (1 + d)</c>: the same order of what is better, with more weight on what is nearly right.</para>
    /// <para>Gradient in p, with union U and intersection I: <c>I/U²</c> outside the region, <c>-1/U</c> inside.</para>
    /// <para>Numerics: float16 and bfloat16 are summed in float32. A pixel whose logits are all -∞ gives NaN, as with softmax.</para>
    /// <para>Ignored pixels are in no sum: they have gradient 0, whatever their logits are. An image without any other has loss 0.</para>
    /// <para>Oracle: sums and gradient in plain doubles. Source: Rahman and Wang 2016. For probabilities in between it is a stand-in for
    /// the IoU; the Lovász extension is the convex one.</para>
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
    public static Tensor Jaccard(
        Tensor logits, Tensor targets, double smoothing = 0, long ignoreIndex = DefaultIgnoreIndex,
        RegionClasses classes = RegionClasses.Present, RegionScope scope = RegionScope.Image) =>
        Tversky(logits, targets, 1, 1, smoothing, ignoreIndex, classes, scope);
}
