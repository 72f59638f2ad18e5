using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you do not count EOS, which costs as much as any token; a sequence that ends at once would have length 0.</summary>
public static class Lab
{
    public static Tensor LengthNormalised(Tensor logProbs, Tensor tokens, long eos, double alpha)
    {
        var ends = (tokens.narrow(1, 1, tokens.size(1) - 1) == eos).to(ScalarType.Int64);
        return logProbs / ends.cumsum(1).eq(0).sum(1).to(logProbs.dtype).pow(alpha);
    }
}
