using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you left out the ReLU between the layers: two linear layers in a row are one linear layer, and nothing is gained by the second.</summary>
public static class Lab
{
    public static Tensor Backbone(Tensor x, Tensor weight1, Tensor bias1, Tensor weight2, Tensor bias2)
    {
        return F.relu(F.linear(F.linear(x, weight1, bias1), weight2, bias2));
    }
}
