using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you put the map from below first: weights of a trained network then meet the wrong channels, and no error tells.</summary>
public static class Lab
{
    public static Tensor JoinSkip(Tensor below, Tensor skip, Tensor weight, Tensor bias)
    {
        var up = F.conv_transpose2d(below, weight, bias, strides: [2, 2]);
        up = F.interpolate(up, new[] { skip.size(2), skip.size(3) }, mode: InterpolationMode.Bilinear, align_corners: false);
        return cat(new[] { up, skip }, 1);
    }
}
