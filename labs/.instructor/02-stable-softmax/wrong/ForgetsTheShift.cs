using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the maximum off and do not add it again.</summary>
public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim, bool keepdim)
    {
        var max = logits.detach().amax([dim], keepdim: true);
        return (logits - max).exp().sum(dim, keepdim: keepdim).log();
    }
}
