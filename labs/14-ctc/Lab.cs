using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 14: cTC: labels without alignments. `./lab check 14` tries it, `./lab hint 14` helps, `./lab watch 14` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>The labels of the most probable class of each frame.</summary>
    /// <remarks>First runs of one class become one, then blanks go, in this order: a a - a b b is a a b.</remarks>
    /// <param name="logProbs"><c>[B, T, K]</c></param>
    /// <param name="blank">the class that stands for no label</param>
    /// <returns>labels, then -1, <c>[B, T]</c>, int64</returns>
    public static Tensor GreedyLabels(Tensor logProbs, long blank)
    {
        // TODO: write it
        throw new NotImplementedException("GreedyLabels is still to be written.");
    }

    /// <summary>The states of the lattice: labels with a blank before, between and behind.</summary>
    /// <remarks>a b becomes - a - b -.</remarks>
    /// <param name="targets">labels, <c>[B, U]</c>, int64</param>
    /// <param name="blank">the class that stands for no label</param>
    /// <returns><c>[B, 2·U + 1]</c>, int64</returns>
    public static Tensor LabelStates(Tensor targets, long blank)
    {
        // TODO: write it
        throw new NotImplementedException("LabelStates is still to be written.");
    }

    /// <summary>How surprising the labels are, however they lie along the frames.</summary>
    /// <remarks>Formula: <c>α[t, s] = logsumexp(α[t-1, s], α[t-1, s-1], α[t-1, s-2]) + logProbs[t, class(s)]</c> over the states s of LabelStates; the skip from s - 2 is only for a label that differs from the one before. The loss is <c>-log</c> of the sum of the last two states (blank, label) after the last frame; +∞ where no alignment fits.</remarks>
    /// <param name="logProbs"><c>[B, T, K]</c>; frames behind the length may be NaN</param>
    /// <param name="targets"><c>[B, U]</c>, int64; anything behind the length</param>
    /// <param name="inputLengths">frames that count, <c>[B]</c>, int64</param>
    /// <param name="targetLengths">labels that count, <c>[B]</c>, int64</param>
    /// <param name="blank">the class that stands for no label</param>
    /// <returns>nats, <c>[B]</c></returns>
    public static Tensor CtcLoss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank)
    {
        // TODO: write it
        throw new NotImplementedException("CtcLoss is still to be written.");
    }
}
