using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

/// <summary>The best alignment of each example.</summary>
/// <param name="States">The state at each frame, <c>[B, T]</c>, int64: 2u + 1 for label u, counted from 0, and even for the
/// blanks around; -1 in padded frames, and everywhere where no alignment fits.</param>
/// <param name="Classes">The class of that state, <c>[B, T]</c>, int64; -1 where the state is.</param>
/// <param name="Scores">The summed log-probability, <c>[B]</c>; -∞ where no alignment fits.</param>
public sealed record CtcAlignment(Tensor States, Tensor Classes, Tensor Scores);

public static partial class Alignment
{
    /// <summary>Forced alignment: of all alignments that collapse to the labels, the most probable one.</summary>
    /// <remarks>
    /// <para>Formula: <c>argmax Σ_t logProbs[t, a[t]]</c> over the alignments a of the labels, by Viterbi: the recursion of
    /// <see cref="CtcLoss"/> with max for logsumexp, and a note of where the maximum came from.</para>
    /// <para>Gradient: none in the states; that of the score is 1 at the classes taken.</para>
    /// <para>Numerics: of equally good alignments it is the one that is further on at the last frame where they differ. An
    /// alignment of score -∞ is none.</para>
    /// <para>Oracle: all alignments one by one. Source: Viterbi 1967.</para>
    /// </remarks>
    /// <param name="logProbs">Log-probabilities of classes, <c>[B, T, K]</c>, floating point.</param>
    /// <param name="targets">Labels in <c>[0, K)</c> without the blank, <c>[B, U]</c>, int64.</param>
    /// <param name="inputLengths">How many frames count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <param name="targetLengths">How many labels count, <c>[B]</c>, int64, in <c>[0, U]</c>; none means U.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <exception cref="ArgumentException">As for <see cref="CtcLoss"/>.</exception>
    public static CtcAlignment CtcAlign(
        Tensor logProbs, Tensor targets, Tensor? inputLengths = null, Tensor? targetLengths = null, long blank = 0)
    {
        CtcShapes.RequireTargets(logProbs, targets, inputLengths, targetLengths, blank);

        using var scope = NewDisposeScope();
        var lattice = new CtcLattice(logProbs, targets, inputLengths, targetLengths, blank);
        var (best, jumps) = (lattice.Start(), new Tensor[lattice.Frames]);
        for (var t = 0; t < lattice.Frames; t++)
        {
            var ways = lattice.WaysIn(best);                                                        // [B, S, 3]
            var chosen = ways.argmax(2, keepdim: true);
            jumps[t] = chosen.squeeze(2);
            best = where(lattice.Valid.narrow(1, t, 1), ways.gather(2, chosen).squeeze(2) + lattice.Emissions.select(1, t), best);
        }
        var ended = best + lattice.End();
        var lastTwo = lattice.LastTwo;                                                              // [B, 2]
        var state = lastTwo.gather(1, ended.gather(1, lastTwo).argmax(1, keepdim: true));           // [B, 1]
        var score = ended.gather(1, state).squeeze(1);
        var none = score.isneginf();
        var states = Backtrace(lattice, jumps, state)
            .masked_fill(none.unsqueeze(1).logical_or(lattice.Valid.logical_not()), Padding);
        score = score.masked_fill(none, double.NegativeInfinity);                                   // and no gradient
        var classes = lattice.Labels.gather(1, states.clamp(min: 0)).masked_fill(states < 0, Padding);
        return new(
            states.MoveToOuterDisposeScope(), classes.MoveToOuterDisposeScope(), score.to(logProbs.dtype).MoveToOuterDisposeScope());
    }

    private static Tensor Backtrace(CtcLattice lattice, Tensor[] jumps, Tensor state)
    {
        if (lattice.Frames == 0)
            return zeros([state.size(0), 0], dtype: ScalarType.Int64, device: state.device);
        var states = new Tensor[lattice.Frames];
        for (var t = lattice.Frames - 1; t >= 0; t--)
        {
            states[t] = state;                                                                      // [B, 1]
            state = where(lattice.Valid.narrow(1, t, 1), state - jumps[t].gather(1, state), state);
        }
        return cat(states, 1);
    }
}
