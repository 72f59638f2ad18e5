using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you weight by p^γ: pixels that are sure and right count most. It is (1 - p)^γ.</summary>
public static class Lab
{
    public static Tensor Focal(Tensor logits, Tensor targets, double gamma, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var logProbs = F.log_softmax(logits.masked_fill(ignored.unsqueeze(1), 0), 1);
        var logP = logProbs.gather(1, targets.masked_fill(ignored, 0).unsqueeze(1)).squeeze(1);
        return (-(gamma * logP).exp() * logP).masked_fill(ignored, 0);
    }
}
