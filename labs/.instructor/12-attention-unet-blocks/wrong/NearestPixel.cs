using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the nearest pixel: between two pixels both should count.</summary>
public static class Lab
{
    public static Tensor Resize(Tensor images, long height, long width)
    {
        Tensor Weights(long from, long to)                                       // [to, from]: each row sums to 1
        {
            var place = ((arange(to, dtype: ScalarType.Float64) + 0.5) * from / to - 0.5).clamp_min(0);
            var low = place.floor();
            var share = (place - low).round().unsqueeze(1);
            var first = low.to(ScalarType.Int64).clamp(max: from - 1);
            var second = (first + 1).clamp(max: from - 1);
            return ((1 - share) * F.one_hot(first, from).to(ScalarType.Float64) + share * F.one_hot(second, from).to(ScalarType.Float64)).to(images.dtype);
        }
        var (rows, columns) = (Weights(images.size(-2), height), Weights(images.size(-1), width));
        return rows.matmul(images).matmul(columns.T);
    }
}
