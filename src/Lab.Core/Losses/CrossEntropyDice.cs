using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy and Dice together: one looks at pixels, the other at regions.</summary>
    /// <remarks>
    /// <para>Formula, per image: <c>(1 - λ)·C + λ·D</c>, with C the mean cross-entropy of the image's pixels and D its
    /// <see cref="Dice"/> loss.</para>
    /// <para>Gradient: the sum of both. Cross-entropy's is large where a pixel is sure and wrong, where Dice's is small; Dice's is large
    /// for small regions, which cross-entropy hardly sees.</para>
    /// <para>Numerics, absent classes: as with the two. Ignored pixels count nowhere; an image without any other has loss 0.</para>
    /// <para>Oracle: <c>nn.functional.cross_entropy</c>, and sums in plain doubles. Source: Taghanaki et al. 2019; the form in nnU-Net, Isensee et al. 2021.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised class scores, <c>[B, K, ...]</c>, floating point.</param>
    /// <param name="targets">Class indices in <c>[0, K)</c> or <paramref name="ignoreIndex"/>, <c>[B, ...]</c>, int64.</param>
    /// <param name="share">λ in <c>[0, 1]</c>: 0 is cross-entropy, 1 is Dice.</param>
    /// <param name="smoothing">Dice's s, in pixels, not negative.</param>
    /// <param name="ignoreIndex">The target to leave out.</param>
    /// <returns>A number per image, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) an index outside.</exception>
    public static Tensor CrossEntropyDice(
        Tensor logits, Tensor targets, double share = 0.5, double smoothing = 0, long ignoreIndex = DefaultIgnoreIndex)
    {
        Require.FloatingPoint(logits);
        ClassShapes.RequireIndices(logits, targets, null, ignoreIndex);
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "Must be in [0, 1].");
        Require.NotNegative(smoothing);

        if (share == 1)
            return Dice(logits, targets, smoothing, ignoreIndex);         // 0·∞ would be NaN
        using var scope = NewDisposeScope();
        var wide = logits.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logits.to(ScalarType.Float32) : logits;
        var pixels = CrossEntropy(wide, targets, null, ignoreIndex);
        var mean = pixels.dim() == 1
            ? pixels
            : pixels.flatten(1).sum(1) / (targets != ignoreIndex).flatten(1).sum(1).clamp(min: 1);
        var losses = share == 0 ? mean : (1 - share) * mean + share * Dice(wide, targets, smoothing, ignoreIndex);
        return losses.to(logits.dtype).MoveToOuterDisposeScope();
    }
}
