using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you add up probabilities in the order of the vocabulary: the most probable tokens come first.</summary>
public static class Lab
{
    public static Tensor Nucleus(Tensor logits, double p)
    {
        if (p == 1)
            return logits.clone();
        var mass = logits.to(ScalarType.Float64).softmax(1);
        return logits.masked_fill(mass.cumsum(1) - mass >= p - 1e-6, double.NegativeInfinity);
    }
}
