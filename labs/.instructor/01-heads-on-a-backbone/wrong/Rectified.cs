using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you put a ReLU behind the layer: logits must be free to be negative, or no class can ever be ruled out.</summary>
public static class Lab
{
    public static Tensor ClassLogits(Tensor features, Tensor weight, Tensor bias)
    {
        return F.relu(F.linear(features, weight, bias));
    }
}
