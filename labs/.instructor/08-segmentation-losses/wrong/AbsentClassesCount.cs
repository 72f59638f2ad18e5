using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the mean over all classes: an absent class costs 1 however little is predicted of it, and an image of one class that is found perfectly costs about 1 - 1/K.</summary>
public static class Lab
{
    public static Tensor Dice(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var z = logits.unsqueeze(-1).flatten(2);                                  // [B, K, N], with or without extra dimensions
        var y = targets.unsqueeze(-1).flatten(1);                                 // [B, N]
        var ignored = y == ignoreIndex;
        var p = z.masked_fill(ignored.unsqueeze(1), 0).softmax(1).masked_fill(ignored.unsqueeze(1), 0);
        var t = F.one_hot(y.masked_fill(ignored, 0), z.size(1)).transpose(1, 2).to(p.dtype).masked_fill(ignored.unsqueeze(1), 0);
        var losses = 1 - 2 * (p * t).sum(2) / (p.sum(2) + t.sum(2)).clamp(min: 1e-12);
        return losses.mean([1]);
    }
}
