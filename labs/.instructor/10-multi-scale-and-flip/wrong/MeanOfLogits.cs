using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the mean of the logits: that is a geometric mean of probabilities, where one view that is sure of being wrong outvotes the other.</summary>
public static class Lab
{
    public static Tensor FlipAverage(Func<Tensor, Tensor> model, Tensor images)
    {
        using var noGrad = no_grad();
        return ((model(images) + model(images.flip(3)).flip(3)) / 2).softmax(1);
    }
}
