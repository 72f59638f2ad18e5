using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Dice loss of independent yes-or-no maps: one region per label, which may overlap.</summary>
    /// <remarks>
    /// <para>Formula, for one label: <c>1 - (2·Σ p·y + s) / (Σ p + Σ y + s)</c> over the pixels, with <c>p = σ(z)</c>; then the mean over
    /// the labels. One label, <c>[B, 1, H, W]</c>, is foreground against background.</para>
    /// <para>Gradient in p: as with <see cref="Dice"/>. None flows into the targets.</para>
    /// <para>Numerics: float16 and bfloat16 are summed in float32. Logits must be finite.</para>
    /// <para>An image in which no label holds has loss 0 and teaches nothing. Where images are often empty and must be seen to be, take
    /// <see cref="RegionClasses.All"/> with a smoothing above 0, or add a <see cref="BinaryCrossEntropyWithLogits"/>.</para>
    /// <para>Oracle: sums and gradient in plain doubles. Source: Milletari et al. 2016, with p in the place of p².</para>
    /// </remarks>
    /// <param name="logits">Unnormalised scores, <c>[B, L, ...]</c> for L labels, floating point.</param>
    /// <param name="targets">y in <c>[0, 1]</c>, as a rule 0 or 1, the shape and dtype of <paramref name="logits"/>.</param>
    /// <param name="smoothing">s, in pixels, not negative: makes small regions matter less. Positive where all labels count: what is
    /// seen of an absent one would cost 1, much or little.</param>
    /// <param name="mask">True where a label counts, of a shape that broadcasts to the logits' (<c>[B, 1, H, W]</c>); none means everywhere.
    /// Elsewhere neither logits nor targets matter.</param>
    /// <param name="classes">Which labels the mean is over.</param>
    /// <param name="scope">Whether the sums go over an image or the whole batch.</param>
    /// <returns>A number in <c>[0, 1]</c> per image, <c>[B]</c>; for the batch as one, a scalar.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or option other than those above, or (on the CPU) a target outside
    /// <c>[0, 1]</c> that counts.</exception>
    public static Tensor SigmoidDice(
        Tensor logits, Tensor targets, double smoothing = 0, Tensor? mask = null,
        RegionClasses classes = RegionClasses.Present, RegionScope scope = RegionScope.Image)
    {
        RegionShapes.RequireLabels(logits, targets, mask);
        if (logits.size(1) == 0)
            throw Require.BadShape(logits, "[B, L, ...] with L >= 1");
        RegionShapes.RequireSmoothing(smoothing, classes);
        RegionShapes.RequireChoices(classes, scope);

        using var disposing = NewDisposeScope();
        var counts = RegionShapes.Gather(RegionCounts.OfLabels(logits, targets, mask), scope);
        var losses = RegionLosses(counts, 0.5, 0.5, smoothing / 2);       // [B, L]
        return RegionShapes.Mean(losses, counts[2], classes, scope).to(logits.dtype).MoveToOuterDisposeScope();
    }
}
