using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you divide by the number of losses: the sum of the weights is what counts. With half of them ignored, your loss is half as large.</summary>
public static class Lab
{
    public static Tensor WeightedMean(Tensor losses, Tensor weights)
    {
        var w = weights.to(losses.dtype);
        return (losses.masked_fill(w == 0, 0) * w).sum() / losses.numel();
    }
}
