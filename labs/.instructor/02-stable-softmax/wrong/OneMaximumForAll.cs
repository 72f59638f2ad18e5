using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you subtract the maximum of the whole batch: rows must not see each other. In a row far below it every exp is 0, and 0 / 0 is NaN.</summary>
public static class Lab
{
    public static Tensor Softmax(Tensor logits, long dim)
    {
        var e = (logits - logits.detach().max()).exp();
        return e / e.sum(dim, keepdim: true);
    }
}
