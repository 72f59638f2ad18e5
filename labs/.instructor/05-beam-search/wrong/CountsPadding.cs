using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you count what stands behind EOS: every hypothesis has the same length then, and nothing is normalised.</summary>
public static class Lab
{
    public static Tensor LengthNormalised(Tensor logProbs, Tensor tokens, long eos, double alpha)
    {
        return logProbs / Math.Pow(tokens.size(1) - 1, alpha);
    }
}
