using Lab.Core.Kernels;
using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

/// <summary>Connectionist temporal classification: all the ways to lay a few labels along many frames.</summary>
public static partial class Alignment
{
    /// <summary>How surprising the labels are, however they lie along the frames.</summary>
    /// <remarks>
    /// <para>Formula: <c>-log Σ exp(Σ_t logProbs[t, a[t]])</c> over all alignments a of T classes that collapse to the labels:
    /// first runs of one class become one, then blanks go (<see cref="Collapse"/>). So <c>α[t, s] = logsumexp(α[t-1, s],
    /// α[t-1, s-1], α[t-1, s-2]) + logProbs[t, class(s)]</c> over the states s = blank, label 1, blank, label 2, ..., where the
    /// skip from s - 2 is only for a label that differs from the one before.</para>
    /// <para>Gradient: minus the occupancies, <c>-p(a[t] = k | labels)</c>: each frame of an example sums to -1. The library's
    /// is <c>exp(logProbs)</c> more, the gradient in logits under a log-softmax; through a log-softmax both are the same.</para>
    /// <para>Numerics: sums of logarithms, float16 and bfloat16 in float32. Scores need not be normalised. A score of -∞ is a
    /// class that cannot be at that frame. Where no alignment is left (too few frames: every label needs one, and a repeated
    /// label one more, for the blank between; or all of them -∞) the loss is +∞, with gradient 0 where the library's is
    /// NaN.</para>
    /// <para>Library op: <c>nn.functional.ctc_loss</c>, unreduced; also all K^T alignments one by one. Source: Graves et al.
    /// 2006, section 4.</para>
    /// </remarks>
    /// <param name="logProbs">Log-probabilities of classes, <c>[B, T, K]</c>, floating point.</param>
    /// <param name="targets">Labels in <c>[0, K)</c> without the blank, <c>[B, U]</c>, int64; what stands behind an example's
    /// length is not looked at.</param>
    /// <param name="inputLengths">How many frames count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <param name="targetLengths">How many labels count, <c>[B]</c>, int64, in <c>[0, U]</c>; none means U.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <param name="zeroInfinity">Whether examples that no alignment fits cost 0 instead of +∞.</param>
    /// <returns>Nats per example, <c>[B]</c>.</returns>
    /// <exception cref="ArgumentException">A shape, dtype, device or blank other than those above, or (on the CPU) a label or a
    /// length outside.</exception>
    public static Tensor CtcLoss(
        Tensor logProbs, Tensor targets, Tensor? inputLengths = null, Tensor? targetLengths = null, long blank = 0,
        bool zeroInfinity = false)
    {
        CtcShapes.RequireTargets(logProbs, targets, inputLengths, targetLengths, blank);

        using var scope = NewDisposeScope();
        var losses = CtcKernel.Of(logProbs, targets, inputLengths, targetLengths, blank)               // one loop, where that is faster
            ?? OverLattice(logProbs, targets, inputLengths, targetLengths, blank);
        if (zeroInfinity)
            losses = losses.masked_fill(losses.isposinf(), 0);
        return losses.MoveToOuterDisposeScope();                          // [B]
    }

    private static Tensor OverLattice(Tensor logProbs, Tensor targets, Tensor? inputLengths, Tensor? targetLengths, long blank)
    {
        var lattice = new CtcLattice(logProbs, targets, inputLengths, targetLengths, blank);
        var alpha = lattice.Forward().LastOrDefault() ?? lattice.Start();
        return -lattice.LogPartition(alpha).to(logProbs.dtype);
    }
}
