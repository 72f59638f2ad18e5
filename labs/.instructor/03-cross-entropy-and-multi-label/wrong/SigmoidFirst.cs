using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you squash the logits before a formula that squashes them again: the sigmoid is applied twice.</summary>
public static class Lab
{
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        var z = 1 / (1 + (-logits).exp());
        return targets * logaddexp(-z, zeros_like(z)) + (1 - targets) * logaddexp(z, zeros_like(z));
    }
}
