using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the logarithm of a sigmoid: σ(z) rounds to 0 or 1, and 0 · log 0 is NaN.</summary>
public static class Lab
{
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        var p = 1 / (1 + (-logits).exp());
        return -(targets * p.log() + (1 - targets) * (1 - p).log());
    }
}
