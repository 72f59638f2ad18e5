using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take exp of the logits as they are: it is infinite from 710 on, and all 0 below -745, where the logarithm is -∞.</summary>
public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim, bool keepdim)
    {
        var sum = logits.exp().sum(dim, keepdim: keepdim);
        return sum.log();
    }
}
