using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you keep tokens while the mass with them is at most p: the nucleus then falls short of p, and a first token above p leaves nothing but itself by luck.</summary>
public static class Lab
{
    public static Tensor Nucleus(Tensor logits, double p)
    {
        if (p == 1)
            return logits.clone();
        var (sorted, order) = logits.to(ScalarType.Float64).sort(1, descending: true, stable: true);
        var count = (sorted.softmax(1).cumsum(1) <= p + 1e-6).sum(1, keepdim: true).clamp(min: 1);
        return logits.masked_fill(order.argsort(1) >= count, double.NegativeInfinity);
    }
}
