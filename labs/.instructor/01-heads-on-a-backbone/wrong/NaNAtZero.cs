using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you divide 0 by 0 where the features are 0: the result is NaN, and so is everything behind it.</summary>
public static class Lab
{
    public static Tensor Embedding(Tensor features, Tensor weight)
    {
        var v = F.linear(features, weight);
        return v / v.square().sum(1, keepdim: true).sqrt();
    }
}
