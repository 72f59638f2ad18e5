using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give the IoU: it is 0 for all boxes that do not touch, near or far, and its gradient is 0 too.</summary>
public static class Lab
{
    public static Tensor PairGIoU(Tensor boxes, Tensor targets)
    {
        var (a, b) = (boxes.unsqueeze(1), targets.unsqueeze(0));                 // [Q, 1, 4] and [1, N, 4]
        var (lowA, highA) = (a.narrow(2, 0, 2) - a.narrow(2, 2, 2) / 2, a.narrow(2, 0, 2) + a.narrow(2, 2, 2) / 2);
        var (lowB, highB) = (b.narrow(2, 0, 2) - b.narrow(2, 2, 2) / 2, b.narrow(2, 0, 2) + b.narrow(2, 2, 2) / 2);
        var common = (minimum(highA, highB) - maximum(lowA, lowB)).clamp_min(0).prod(2);
        var hull = (maximum(highA, highB) - minimum(lowA, lowB)).prod(2);
        var union = a.narrow(2, 2, 2).prod(2) + b.narrow(2, 2, 2).prod(2) - common;
        return common / union;
    }
}
