using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you multiply sides of an intersection that are negative: two of them make a positive area where the boxes do not touch at all.</summary>
public static class Lab
{
    public static Tensor PairGIoU(Tensor boxes, Tensor targets)
    {
        var (a, b) = (boxes.unsqueeze(1), targets.unsqueeze(0));                 // [Q, 1, 4] and [1, N, 4]
        var (lowA, highA) = (a.narrow(2, 0, 2) - a.narrow(2, 2, 2) / 2, a.narrow(2, 0, 2) + a.narrow(2, 2, 2) / 2);
        var (lowB, highB) = (b.narrow(2, 0, 2) - b.narrow(2, 2, 2) / 2, b.narrow(2, 0, 2) + b.narrow(2, 2, 2) / 2);
        var common = (minimum(highA, highB) - maximum(lowA, lowB)).prod(2);
        var hull = (maximum(highA, highB) - minimum(lowA, lowB)).prod(2);
        var union = a.narrow(2, 2, 2).prod(2) + b.narrow(2, 2, 2).prod(2) - common;
        return common / union - (hull - union) / hull;
    }
}
