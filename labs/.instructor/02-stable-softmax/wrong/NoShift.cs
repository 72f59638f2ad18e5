using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take exp of the logits as they are: it is infinite from 710 on.</summary>
public static class Lab
{
    public static Tensor LogSoftmax(Tensor logits, long dim)
    {
        return logits - logits.exp().sum(dim, keepdim: true).log();
    }
}
