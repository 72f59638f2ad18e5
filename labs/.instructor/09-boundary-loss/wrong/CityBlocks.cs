using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you add up steps along rows and columns; the straight line is shorter.</summary>
public static class Lab
{
    public static Tensor SignedEuclidean(Tensor mask)
    {
        var (height, width) = (mask.size(-2), mask.size(-1));
        var region = mask.flatten(-2, -1).unsqueeze(-2);                          // [..., 1, N]
        var y = arange(height, dtype: ScalarType.Float64).unsqueeze(1).expand(height, width).flatten();
        var x = arange(width, dtype: ScalarType.Float64).unsqueeze(0).expand(height, width).flatten();
        var apart = ((y.unsqueeze(1) - y).abs() + (x.unsqueeze(1) - x).abs());        // [N, N]
        var toRegion = where(region, apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var toRest = where(region.logical_not(), apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var signed = where(region.squeeze(-2), 0.5 - toRest, toRegion - 0.5);
        return signed.masked_fill(signed.isinf(), 0).reshape(mask.shape);
    }
}
