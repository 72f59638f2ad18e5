using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you put a sigmoid behind the layer. What comes out are no logits: they lie between 0 and 1, and after the loss's softmax no class can be more probable than about e times another.</summary>
public static class Lab
{
    public static Tensor ClassLogits(Tensor features, Tensor weight, Tensor bias)
    {
        return F.linear(features, weight, bias).sigmoid();
    }
}
