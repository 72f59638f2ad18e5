using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you count BOS: a sequence that ends at once then has length 2, and short ones look better than they are.</summary>
public static class Lab
{
    public static Tensor LengthNormalised(Tensor logProbs, Tensor tokens, long eos, double alpha)
    {
        var ends = (tokens == eos).to(ScalarType.Int64);
        return logProbs / (ends.cumsum(1) - ends).eq(0).sum(1).to(logProbs.dtype).pow(alpha);
    }
}
