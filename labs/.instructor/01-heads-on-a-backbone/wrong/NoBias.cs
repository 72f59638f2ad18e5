using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you left out the biases: features of an input of 0 are then 0, whatever was learnt.</summary>
public static class Lab
{
    public static Tensor Backbone(Tensor x, Tensor weight1, Tensor bias1, Tensor weight2, Tensor bias2)
    {
        return F.relu(F.linear(F.relu(F.linear(x, weight1)), weight2));
    }
}
