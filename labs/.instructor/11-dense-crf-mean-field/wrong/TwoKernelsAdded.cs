using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you add the two kernels: pixels must be alike in colour and near. Multiply them, or add the energies.</summary>
public static class Lab
{
    public static Tensor PairKernel(Tensor colours, Tensor places, double colourScale, double placeScale)
    {
        Tensor Squares(Tensor x) => (x.unsqueeze(0) - x.unsqueeze(1)).square().sum(2);
        return ((-Squares(colours) / (2 * colourScale * colourScale)).exp() + (-Squares(places) / (2 * placeScale * placeScale)).exp()).masked_fill(eye(colours.size(0), dtype: ScalarType.Bool), 0);
    }
}
