using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you left out the ReLU behind the second layer: features may be negative there.</summary>
public static class Lab
{
    public static Tensor Backbone(Tensor x, Tensor weight1, Tensor bias1, Tensor weight2, Tensor bias2)
    {
        return F.linear(F.relu(F.linear(x, weight1, bias1)), weight2, bias2);
    }
}
