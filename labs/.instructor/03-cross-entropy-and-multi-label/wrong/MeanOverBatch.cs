using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give the mean: one loss an example is wanted.</summary>
public static class Lab
{
    public static Tensor CrossEntropy(Tensor logits, Tensor targets, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var logProbs = F.log_softmax(logits.masked_fill(ignored.unsqueeze(1), 0), 1);
        return (-logProbs.gather(1, targets.masked_fill(ignored, 0).unsqueeze(1)).squeeze(1)).masked_fill(ignored, 0).mean();
    }
}
