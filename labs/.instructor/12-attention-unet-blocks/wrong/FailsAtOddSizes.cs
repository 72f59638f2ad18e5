using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: where a side is odd, the map from below comes back one pixel too small, and cat raises. Resize it to the skip connection's size.</summary>
public static class Lab
{
    public static Tensor JoinSkip(Tensor below, Tensor skip, Tensor weight, Tensor bias)
    {
        var up = F.conv_transpose2d(below, weight, bias, strides: [2, 2]);
        return cat(new[] { skip, up }, 1);
    }
}
