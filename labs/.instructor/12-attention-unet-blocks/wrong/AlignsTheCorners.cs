using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you lay the outermost pixels over each other (aligned corners): that moves everything between them a little.</summary>
public static class Lab
{
    public static Tensor Resize(Tensor images, long height, long width)
    {
        Tensor Weights(long from, long to)                                       // [to, from]: each row sums to 1
        {
            var place = (arange(to, dtype: ScalarType.Float64) * (from - 1) / Math.Max(1, to - 1));
            var low = place.floor();
            var share = (place - low).unsqueeze(1);
            var first = low.to(ScalarType.Int64).clamp(max: from - 1);
            var second = (first + 1).clamp(max: from - 1);
            return ((1 - share) * F.one_hot(first, from).to(ScalarType.Float64) + share * F.one_hot(second, from).to(ScalarType.Float64)).to(images.dtype);
        }
        var (rows, columns) = (Weights(images.size(-2), height), Weights(images.size(-1), width));
        return rows.matmul(images).matmul(columns.T);
    }
}
