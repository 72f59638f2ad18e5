using Lab.Core.Activations;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Losses;

public static partial class Loss
{
    /// <summary>Focal loss of independent yes-or-no labels, given logits.</summary>
    /// <remarks>
    /// <para>Formula: <c>a·(1 - p')^γ·BCE(z, y)</c>, entry by entry, with the probability of being right
    /// <c>p' = y·σ(z) + (1 - y)·σ(-z)</c> and <c>a = α·y + (1 - α)·(1 - y)</c>. With γ = 0 and no α it is
    /// <see cref="BinaryCrossEntropyWithLogits"/>.</para>
    /// <para>Gradient, for y = 1 and no α: <c>σ(-z)^γ·(γ·σ(z)·log σ(z) - σ(-z))</c>. None flows into the targets.</para>
    /// <para>Numerics: <c>1 - p'</c> is worked out as a logarithm, so a sure and right label has gradient 0; the textbook
    /// formula gives NaN there for γ &lt; 1. Logits must be finite.</para>
    /// <para>Library op: TorchVision's <c>sigmoid_focal_loss</c>, unreduced, which takes γ = 2 and α = 0.25 if not told.
    /// Source: Lin et al. 2017, section 3.</para>
    /// </remarks>
    /// <param name="logits">Unnormalised scores, any shape (<c>[B, L]</c> for L labels), floating point.</param>
    /// <param name="targets">y, probabilities of "yes" in <c>[0, 1]</c>, as a rule 0 or 1, the shape and dtype of
    /// <paramref name="logits"/>.</param>
    /// <param name="gamma">γ, not negative: the larger, the less a label counts that is nearly right.</param>
    /// <param name="alpha">α, the factor of "yes", in <c>[0, 1]</c>; that of "no" is 1 - α. None means 1 for both.</param>
    /// <param name="mask">True where a label counts, of a shape that broadcasts to the logits' (<c>[B, 1, H, W]</c>); none means everywhere.
    /// Elsewhere the loss is 0, and neither logits nor targets matter.</param>
    /// <returns>Nats per label, the shape of <paramref name="logits"/>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, γ or α other than those above, or (on the CPU) a target outside
    /// <c>[0, 1]</c> that counts.</exception>
    public static Tensor SigmoidFocal(Tensor logits, Tensor targets, double gamma = 2, double? alpha = null, Tensor? mask = null)
    {
        Require.FloatingPoint(logits);
        Require.SameDtype(targets, logits);
        Require.Shape(targets, logits.shape);
        Require.SameDevice(targets, logits);
        RegionShapes.RequireMask(mask, logits);
        RegionShapes.RequireProbabilities(targets, mask);
        Require.NotNegative(gamma);
        if (alpha is not (null or (>= 0 and <= 1)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Must be in [0, 1].");

        using var scope = NewDisposeScope();
        var masked = mask?.logical_not();
        var yes = targets.detach();
        if (masked is not null)
            (logits, yes) = (logits.masked_fill(masked, 0), yes.masked_fill(masked, 0));
        var no = 1 - yes;
        var (logYes, logNo) = (Activation.LogSigmoid(logits), Activation.LogSigmoid(-logits));
        var losses = -(yes * logYes + no * logNo);
        if (gamma > 0)
            losses = losses * (gamma * LogMiss(yes, no, logYes, logNo)).exp();
        if (alpha is { } a)
            losses = (a * yes + (1 - a) * no) * losses;
        return (masked is null ? losses : losses.masked_fill(masked, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>log(y·σ(-z) + (1 - y)·σ(z)), of one term alone where y is 0 or 1: the logarithm of the other has no slope.</summary>
    private static Tensor LogMiss(Tensor yes, Tensor no, Tensor logYes, Tensor logNo)
    {
        var (never, surely) = (yes == 0, no == 0);
        var hard = never.logical_or(surely);
        var mixed = Activation.LogSumExp(
            stack([
                (yes.masked_fill(hard, 1).log() + logNo).masked_fill(hard, 0),
                (no.masked_fill(hard, 1).log() + logYes).masked_fill(hard, 0),
            ]),
            dim: 0);
        return where(never, logYes, where(surely, logNo, mixed));
    }
}
