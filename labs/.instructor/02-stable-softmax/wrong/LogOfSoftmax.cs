using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the logarithm of a softmax: a probability that rounds to 0 gives -∞, where the log-probability is a number such as -800.</summary>
public static class Lab
{
    public static Tensor LogSoftmax(Tensor logits, long dim)
    {
        var e = (logits - logits.detach().amax([dim], keepdim: true)).exp();
        return (e / e.sum(dim, keepdim: true)).log();
    }
}
