using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: ignored pixels are in the sum of your probabilities: they count as false alarms of whatever is predicted there.</summary>
public static class Lab
{
    public static Tensor Dice(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var z = logits.unsqueeze(-1).flatten(2);                                  // [B, K, N], with or without extra dimensions
        var y = targets.unsqueeze(-1).flatten(1);                                 // [B, N]
        var ignored = y == ignoreIndex;
        var p = z.masked_fill(ignored.unsqueeze(1), 0).softmax(1);
        var t = F.one_hot(y.masked_fill(ignored, 0), z.size(1)).transpose(1, 2).to(p.dtype).masked_fill(ignored.unsqueeze(1), 0);
        var (common, mass) = (2 * (p * t).sum(2), p.sum(2) + t.sum(2));
        var present = t.sum(2) > 0;                                               // [B, K]
        var losses = (1 - common / mass.masked_fill(present.logical_not(), 1)).masked_fill(present.logical_not(), 0);
        return losses.sum(1) / present.sum(1).clamp(min: 1);
    }
}
