using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you let a blank be skipped between two equal labels: "a a" would then be one a that is held.</summary>
public static class Lab
{
    public static Tensor CtcLoss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank)
    {
        var (batch, frames, labels) = (logProbs.size(0), logProbs.size(1), targets.size(1));
        var y = targets.masked_fill(arange(labels) >= targetLengths.unsqueeze(1), blank);                       // [B, U]
        var late = (arange(frames) >= inputLengths.unsqueeze(1)).unsqueeze(2);                                  // [B, T, 1]
        var states = full([batch, 2 * labels + 1], blank, ScalarType.Int64);
        for (var u = 0L; u < labels; u++)
            states.select(1, 2 * u + 1).copy_(y.select(1, u));
        var scores = logProbs.masked_fill(late, 0).gather(2, states.unsqueeze(1).expand(batch, frames, states.size(1)));   // [B, T, S]
        var none = full([batch, 2], double.NegativeInfinity, logProbs.dtype);
        var before = cat(new[] { none.to(ScalarType.Int64), states }, 1).narrow(1, 0, states.size(1));
        var maySkip = states != blank;
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
        return -total;
    }
}
