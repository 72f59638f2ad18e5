using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you leave out the sign: probability inside the region then costs as well, and the empty map is best.</summary>
public static class Lab
{
    public static Tensor Boundary(Tensor logits, Tensor targets)
    {
        var p = logits.softmax(1);
        var regions = F.one_hot(targets, logits.size(1)).permute(0, 3, 1, 2) > 0;
        return (Distances(regions).abs().to(p.dtype) * p).mean([1]);
    }

    private static Tensor Distances(Tensor mask)
    {
        var (height, width) = (mask.size(-2), mask.size(-1));
        var region = mask.flatten(-2, -1).unsqueeze(-2);                          // [..., 1, N]
        var y = arange(height, dtype: ScalarType.Float64).unsqueeze(1).expand(height, width).flatten();
        var x = arange(width, dtype: ScalarType.Float64).unsqueeze(0).expand(height, width).flatten();
        var apart = ((y.unsqueeze(1) - y).square() + (x.unsqueeze(1) - x).square()).sqrt();        // [N, N]
        var toRegion = where(region, apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var toRest = where(region.logical_not(), apart, tensor(double.PositiveInfinity)).amin(new long[] { -1 });
        var signed = where(region.squeeze(-2), 0.5 - toRest, toRegion - 0.5);
        return signed.masked_fill(signed.isinf(), 0).reshape(mask.shape);
    }
}
