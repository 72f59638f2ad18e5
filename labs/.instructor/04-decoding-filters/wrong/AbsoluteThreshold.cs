using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you compare the probability itself with the share: it is the ratio to the most probable token that counts.</summary>
public static class Lab
{
    public static Tensor MinP(Tensor logits, double share)
    {
        var p = logits.to(ScalarType.Float64).softmax(1);
        return logits.masked_fill(p < share * (1 - 1e-6), double.NegativeInfinity);
    }
}
