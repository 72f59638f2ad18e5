using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you read (cx, cy, w, h) as (x1, y1, x2, y2).</summary>
public static class Lab
{
    public static Tensor PairGIoU(Tensor boxes, Tensor targets)
    {
        var (a, b) = (boxes.unsqueeze(1), targets.unsqueeze(0));
        var common = (minimum(a.narrow(2, 2, 2), b.narrow(2, 2, 2)) - maximum(a.narrow(2, 0, 2), b.narrow(2, 0, 2))).clamp_min(0).prod(2);
        var hull = (maximum(a.narrow(2, 2, 2), b.narrow(2, 2, 2)) - minimum(a.narrow(2, 0, 2), b.narrow(2, 0, 2))).prod(2);
        var union = (a.narrow(2, 2, 2) - a.narrow(2, 0, 2)).prod(2) + (b.narrow(2, 2, 2) - b.narrow(2, 0, 2)).prod(2) - common;
        return common / union - (hull - union) / hull;
    }
}
