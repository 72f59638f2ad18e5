using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you leave the diagonal at 1: every pixel hears itself, and only confirms what it said.</summary>
public static class Lab
{
    public static Tensor PairKernel(Tensor colours, Tensor places, double colourScale, double placeScale)
    {
        Tensor Squares(Tensor x) => (x.unsqueeze(0) - x.unsqueeze(1)).square().sum(2);
        return (-(Squares(colours) / (2 * colourScale * colourScale) + Squares(places) / (2 * placeScale * placeScale))).exp();
    }
}
