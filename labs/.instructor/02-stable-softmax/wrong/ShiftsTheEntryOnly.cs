using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you subtract the maximum from the logits in one place and not in the other.</summary>
public static class Lab
{
    public static Tensor LogSoftmax(Tensor logits, long dim)
    {
        var max = logits.detach().amax([dim], keepdim: true);
        return logits - (logits - max).exp().sum(dim, keepdim: true).log();
    }
}
