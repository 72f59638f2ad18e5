using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: ignored pixels cost something in your version, as if they were of class 0.</summary>
public static class Lab
{
    public static Tensor Focal(Tensor logits, Tensor targets, double gamma, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var logP = F.log_softmax(logits, 1).gather(1, targets.masked_fill(ignored, 0).unsqueeze(1)).squeeze(1);
        return -(1 - logP.exp()).pow(gamma) * logP;
    }
}
