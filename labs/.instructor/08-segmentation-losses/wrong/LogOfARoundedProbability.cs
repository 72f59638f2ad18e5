using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the logarithm of a softmax: where p rounds to 0 the loss is infinite.</summary>
public static class Lab
{
    public static Tensor Focal(Tensor logits, Tensor targets, double gamma, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var p = logits.masked_fill(ignored.unsqueeze(1), 0).softmax(1).gather(1, targets.masked_fill(ignored, 0).unsqueeze(1)).squeeze(1);
        return (-(1 - p).pow(gamma) * p.log()).masked_fill(ignored, 0);
    }
}
