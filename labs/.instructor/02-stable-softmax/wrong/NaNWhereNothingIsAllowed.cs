using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: a row that allows nothing is NaN in your version: -∞ less its maximum, -∞, is no number. All 0 is wanted.</summary>
public static class Lab
{
    public static Tensor MaskedSoftmax(Tensor logits, Tensor mask, long dim)
    {
        var z = logits.masked_fill(mask.expand(logits.shape).logical_not(), double.NegativeInfinity);
        var e = (z - z.detach().amax([dim], keepdim: true)).exp();
        return e / e.sum(dim, keepdim: true);
    }
}
