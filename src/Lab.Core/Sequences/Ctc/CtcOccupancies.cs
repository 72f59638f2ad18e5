using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

public static partial class Alignment
{
    /// <summary>Where each label lies, as probabilities: how likely each state is at each frame, given the labels.</summary>
    /// <remarks>
    /// <para>Formula: <c>γ[t, s] = exp(α[t, s] + β[t, s] - log Z)</c>, over the states s = blank, label 1, blank, label 2, ...,
    /// blank: label u is state <c>2u + 1</c>, counted from 0. α sums all beginnings, with frame t; β all that can follow, without
    /// it (forward-backward).</para>
    /// <para>Gradient: that of a marginal: their covariance. Summed over the states of one class, γ itself is minus the gradient
    /// of <see cref="CtcLoss"/>.</para>
    /// <para>Numerics: sums of logarithms. Each valid frame sums to 1; padded frames, and examples that no alignment fits, are
    /// 0.</para>
    /// <para>Oracle: all alignments one by one. Source: Graves et al. 2006, section 4.1.</para>
    /// </remarks>
    /// <param name="logProbs">Log-probabilities of classes, <c>[B, T, K]</c>, floating point.</param>
    /// <param name="targets">Labels in <c>[0, K)</c> without the blank, <c>[B, U]</c>, int64.</param>
    /// <param name="inputLengths">How many frames count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <param name="targetLengths">How many labels count, <c>[B]</c>, int64, in <c>[0, U]</c>; none means U.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <returns>Probabilities, <c>[B, T, 2U + 1]</c>; 0 in the states behind an example's last.</returns>
    /// <exception cref="ArgumentException">As for <see cref="CtcLoss"/>.</exception>
    public static Tensor CtcOccupancies(
        Tensor logProbs, Tensor targets, Tensor? inputLengths = null, Tensor? targetLengths = null, long blank = 0)
    {
        CtcShapes.RequireTargets(logProbs, targets, inputLengths, targetLengths, blank);

        using var scope = NewDisposeScope();
        var lattice = new CtcLattice(logProbs, targets, inputLengths, targetLengths, blank);
        if (lattice.Frames == 0)
            return zeros([logProbs.size(0), 0, lattice.States], dtype: logProbs.dtype, device: logProbs.device)
                .MoveToOuterDisposeScope();
        var (alphas, betas) = (lattice.Forward(), lattice.Backward());
        var logPartition = lattice.LogPartition(alphas[^1]).reshape(-1, 1, 1);
        var empty = logPartition.isneginf().logical_or(lattice.Valid.logical_not().unsqueeze(2));
        var logs = stack(alphas, 1) + stack(betas, 1) - logPartition.masked_fill(logPartition.isneginf(), 0);
        return logs.masked_fill(empty, double.NegativeInfinity).exp().to(logProbs.dtype).MoveToOuterDisposeScope();
    }
}
