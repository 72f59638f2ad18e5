using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you divide by the squared scale; it is twice that.</summary>
public static class Lab
{
    public static Tensor PairKernel(Tensor colours, Tensor places, double colourScale, double placeScale)
    {
        Tensor Squares(Tensor x) => (x.unsqueeze(0) - x.unsqueeze(1)).square().sum(2);
        return (-(Squares(colours) / (colourScale * colourScale) + Squares(places) / (placeScale * placeScale))).exp().masked_fill(eye(colours.size(0), dtype: ScalarType.Bool), 0);
    }
}
