using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you subtract the maximum of the whole batch: rows must not see each other. A row far below the largest one underflows to log(0).</summary>
public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim, bool keepdim)
    {
        var max = logits.detach().max();
        return (logits - max).exp().sum(dim, keepdim: keepdim).log() + max;
    }
}
