using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the edge of the label numbers: class 2 beside class 0 is no stronger an edge than 1 beside 0. Look at each class by itself.</summary>
public static class Lab
{
    public static Tensor Sobel(Tensor targets, long classes, long ignoreIndex)
    {
        var ignored = targets == ignoreIndex;
        var map = Rim(targets.masked_fill(ignored, 0).to(ScalarType.Float64));
        Tensor At(long dy, long dx) => map.narrow(1, 1 + dy, targets.size(1)).narrow(2, 1 + dx, targets.size(2));
        var gx = At(-1, 1) + 2 * At(0, 1) + At(1, 1) - At(-1, -1) - 2 * At(0, -1) - At(1, -1);
        var gy = At(1, -1) + 2 * At(1, 0) + At(1, 1) - At(-1, -1) - 2 * At(-1, 0) - At(-1, 1);
        return ((gx.square() + gy.square()).sqrt() / 4).clamp(max: 1).masked_fill(ignored, 0);
    }

    /// <summary>A map with its outermost rows and columns repeated once.</summary>
    private static Tensor Rim(Tensor map)
    {
        var tall = cat(new[] { map.narrow(1, 0, 1), map, map.narrow(1, map.size(1) - 1, 1) }, 1);
        return cat(new[] { tall.narrow(2, 0, 1), tall, tall.narrow(2, tall.size(2) - 1, 1) }, 2);
    }
}
