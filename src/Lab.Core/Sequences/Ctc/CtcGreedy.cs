using static TorchSharp.torch;

namespace Lab.Core.Sequences.Ctc;

/// <summary>One sequence of labels for each example.</summary>
/// <param name="Labels"><c>[B, T]</c>, int64: labels, then <see cref="Alignment.Padding"/>.</param>
/// <param name="Lengths">How many labels, <c>[B]</c>, int64.</param>
/// <param name="Scores">The log-probability of the alignment that they come from, <c>[B]</c>.</param>
public sealed record CtcLabels(Tensor Labels, Tensor Lengths, Tensor Scores);

public static partial class Alignment
{
    /// <summary>What fills up rows of labels and states behind their end: no class has this number.</summary>
    public const long Padding = -1;

    /// <summary>Greedy decoding: the most probable class of each frame, collapsed to labels.</summary>
    /// <remarks>
    /// <para>Formula: <c>collapse(argmax_k logProbs[t, k])</c>. These are the labels of the most probable alignment, which need
    /// not be the most probable labels: many alignments may share others (<see cref="CtcBeam"/>).</para>
    /// <para>Gradient: none in the labels; that of the score is 1 at the classes taken.</para>
    /// <para>Numerics: of equally probable classes the first.</para>
    /// <para>Oracle: all alignments one by one. Source: Graves et al. 2006, section 3.2, "best path decoding".</para>
    /// </remarks>
    /// <param name="logProbs">Log-probabilities of classes, <c>[B, T, K]</c>, floating point.</param>
    /// <param name="inputLengths">How many frames count, <c>[B]</c>, int64, in <c>[0, T]</c>; none means T.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <exception cref="ArgumentException">A shape, dtype, device or blank other than those above, or (on the CPU) a length
    /// outside.</exception>
    public static CtcLabels CtcGreedy(Tensor logProbs, Tensor? inputLengths = null, long blank = 0)
    {
        var (batch, frames, classes) = CtcShapes.RequireFrames(logProbs, inputLengths, blank);

        using var scope = NewDisposeScope();
        var lengths = CtcShapes.LengthsOrAll(inputLengths, frames, logProbs);
        var valid = arange(frames, device: logProbs.device) < lengths.unsqueeze(1);                 // [B, T]
        var scores = logProbs.detach();
        var path = arange(classes, device: scores.device)
            .masked_fill(scores != scores.amax([2], keepdim: true), classes - 1).amin([2]);         // the first of the greatest
        var before = cat([full([batch, 1], Padding, dtype: ScalarType.Int64, device: path.device), path], 1).narrow(1, 0, frames);
        var begins = (path != blank).logical_and(path != before).logical_and(valid);

        var place = (begins.cumsum(1) - 1).masked_fill(begins.logical_not(), frames);               // the last place takes the rest
        var labels = full([batch, frames + 1], Padding, dtype: ScalarType.Int64, device: path.device)
            .scatter(1, place, path).narrow(1, 0, frames).clone();
        var taken = logProbs.gather(2, path.unsqueeze(2)).squeeze(2).masked_fill(valid.logical_not(), 0);
        return new(
            labels.MoveToOuterDisposeScope(), begins.sum(1).MoveToOuterDisposeScope(), taken.sum(1).MoveToOuterDisposeScope());
    }
}
