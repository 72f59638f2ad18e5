using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you exchange up and down: the width is the last dimension.</summary>
public static class Lab
{
    public static Tensor FlipAverage(Func<Tensor, Tensor> model, Tensor images)
    {
        using var noGrad = no_grad();
        return (model(images).softmax(1) + model(images.flip(2)).softmax(1).flip(2)) / 2;
    }
}
