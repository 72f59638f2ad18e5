using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take exp of the logits as they are: ∞ / ∞ is NaN, from logits of 710 on.</summary>
public static class Lab
{
    public static Tensor Softmax(Tensor logits, long dim)
    {
        var e = logits.exp();
        return e / e.sum(dim, keepdim: true);
    }
}
