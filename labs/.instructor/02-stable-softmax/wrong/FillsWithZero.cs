using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you set hidden logits to 0: exp(0) is 1, so they are as probable as any logit of 0. Use -∞.</summary>
public static class Lab
{
    public static Tensor MaskedSoftmax(Tensor logits, Tensor mask, long dim)
    {
        var z = logits.masked_fill(mask.expand(logits.shape).logical_not(), 0);
        var e = (z - z.detach().amax([dim], keepdim: true)).exp();
        return e / e.sum(dim, keepdim: true);
    }
}
