using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you always work along the last dimension: use dim.</summary>
public static class Lab
{
    public static Tensor Softmax(Tensor logits, long dim)
    {
        var e = (logits - logits.detach().amax([-1], keepdim: true)).exp();
        return e / e.sum(-1, keepdim: true);
    }
}
