using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you compare with the k-th logit: where it ties with others, more than k tokens stay.</summary>
public static class Lab
{
    public static Tensor TopK(Tensor logits, long k)
    {
        var kept = (int)Math.Min(k, logits.size(1));
        var least = logits.sort(1, descending: true).Values.narrow(1, kept - 1, 1);
        return logits.masked_fill(logits < least, double.NegativeInfinity);
    }
}
