using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you cut the skip connection to the smaller size: the result is one pixel short, and so is every mask that comes of it.</summary>
public static class Lab
{
    public static Tensor JoinSkip(Tensor below, Tensor skip, Tensor weight, Tensor bias)
    {
        var up = F.conv_transpose2d(below, weight, bias, strides: [2, 2]);
        return cat(new[] { skip.narrow(2, 0, up.size(2)).narrow(3, 0, up.size(3)), up }, 1);
    }
}
