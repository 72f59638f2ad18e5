using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 14, solved.</summary>
public static class Lab
{
    /// <summary>The labels of the most probable class of each frame.</summary>
    /// <remarks>First runs of one class become one, then blanks go, in this order: a a - a b b is a a b.</remarks>
    /// <param name="logProbs"><c>[B, T, K]</c></param>
    /// <param name="blank">the class that stands for no label</param>
    /// <returns>labels, then -1, <c>[B, T]</c>, int64</returns>
    public static Tensor GreedyLabels(Tensor logProbs, long blank)
    {
        var (batch, frames) = ((int)logProbs.size(0), (int)logProbs.size(1));
        var path = logProbs.argmax(2);
        var labels = new long[batch * frames];
        Array.Fill(labels, -1);
        for (var b = 0; b < batch; b++)
        {
            var count = 0;
            for (var t = 0; t < frames; t++)
            {
                var label = path[b, t].ToInt64();
                if (label != blank && (t == 0 || label != path[b, t - 1].ToInt64()))
                    labels[b * frames + count++] = label;
            }
        }
        return tensor(labels, ScalarType.Int64).reshape(batch, frames);
    }

    /// <summary>The states of the lattice: labels with a blank before, between and behind.</summary>
    /// <remarks>a b becomes - a - b -.</remarks>
    /// <param name="targets">labels, <c>[B, U]</c>, int64</param>
    /// <param name="blank">the class that stands for no label</param>
    /// <returns><c>[B, 2·U + 1]</c>, int64</returns>
    public static Tensor LabelStates(Tensor targets, long blank)
    {
        using var scope = NewDisposeScope();
        var blanks = full(targets.shape, blank, ScalarType.Int64);
        var pairs = stack(new[] { blanks, targets }, 2).flatten(1);                // [B, 2·U]
        return cat(new[] { pairs, full([targets.size(0), 1], blank, ScalarType.Int64) }, 1).MoveToOuterDisposeScope();
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
        using var scope = NewDisposeScope();
        var (batch, frames, labels) = (logProbs.size(0), logProbs.size(1), targets.size(1));
        var y = targets.masked_fill(arange(labels) >= targetLengths.unsqueeze(1), blank);                       // [B, U]
        var late = (arange(frames) >= inputLengths.unsqueeze(1)).unsqueeze(2);                                  // [B, T, 1]
        var states = full([batch, 2 * labels + 1], blank, ScalarType.Int64);
        for (var u = 0L; u < labels; u++)
            states.select(1, 2 * u + 1).copy_(y.select(1, u));
        var scores = logProbs.masked_fill(late, 0).gather(2, states.unsqueeze(1).expand(batch, frames, states.size(1)));   // [B, T, S]
        var none = full([batch, 2], double.NegativeInfinity, logProbs.dtype);
        var before = cat(new[] { none.to(ScalarType.Int64), states }, 1).narrow(1, 0, states.size(1));
        var maySkip = (states != blank).logical_and(states != before);
        maySkip.narrow(1, 0, Math.Min(2, states.size(1))).fill_(false);
        var alpha = full([batch, states.size(1)], double.NegativeInfinity, logProbs.dtype);
        alpha.select(1, 0).fill_(0);                                                                            // before the first frame
        for (var t = 0L; t < frames; t++)
        {
            var shifted = cat(new[] { none, alpha }, 1);
            var step = shifted.narrow(1, 1, states.size(1));
            var skip = shifted.narrow(1, 0, states.size(1)).masked_fill(maySkip.logical_not(), double.NegativeInfinity);
            var next = Activation.LogSumExp(stack(new[] { alpha, step, skip }), 0, false) + scores.select(1, t);
            alpha = where(late.select(1, t), alpha, next);
        }
        var last = (2 * targetLengths).unsqueeze(1);
        var inBlank = alpha.gather(1, last);
        var inLabel = alpha.gather(1, (last - 1).clamp(min: 0)).masked_fill(last == 0, double.NegativeInfinity);
        var total = Activation.LogSumExp(cat(new[] { inBlank, inLabel }, 1), 1, false);
        return (-total).MoveToOuterDisposeScope();
    }
}
