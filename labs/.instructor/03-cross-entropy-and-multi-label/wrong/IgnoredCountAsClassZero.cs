using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: ignored targets are learnt as class 0 in your version: their loss must be 0.</summary>
public static class Lab
{
    public static Tensor CrossEntropy(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var logProbs = F.log_softmax(logits, 1);
        return -logProbs.gather(1, targets.masked_fill(ignored, 0).unsqueeze(1)).squeeze(1);
    }
}
