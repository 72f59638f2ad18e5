using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you put a softmax behind the layer. The loss applies its own softmax to what it is given, so it is applied twice: the loss cannot come near 0, and learning is slow.</summary>
public static class Lab
{
    public static Tensor ClassLogits(Tensor features, Tensor weight, Tensor bias)
    {
        return F.linear(features, weight, bias).softmax(1);
    }
}
