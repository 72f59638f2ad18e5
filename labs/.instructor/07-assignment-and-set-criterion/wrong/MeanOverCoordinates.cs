using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the mean over the four coordinates of every box: the sum over them is wanted, divided by the number of boxes.</summary>
public static class Lab
{
    public static Tensor SetLoss(Tensor logits, Tensor boxes, Tensor labels, Tensor targets, Tensor match, double noObject)
    {
        var none = logits.size(1) - 1;
        var classes = full([logits.size(0)], none, ScalarType.Int64).scatter(0, match, labels);        // [Q]
        var weight = (classes == none).to(logits.dtype) * (noObject - 1) + 1;
        var surprise = -F.log_softmax(logits, 1).gather(1, classes.unsqueeze(1)).squeeze(1);
        var byClass = (weight * surprise).sum() / weight.sum();
        var found = boxes.index_select(0, match);
        var apart = (found - targets).abs().sum();
        var unlike = (1 - Similarity(found, targets)).sum();
        return byClass + (5 * apart / 4 + 2 * unlike) / Math.Max(1, targets.size(0));
    }

    /// <summary>GIoU of boxes at the same place.</summary>
    private static Tensor Similarity(Tensor a, Tensor b)
    {
        var (lowA, highA) = (a.narrow(1, 0, 2) - a.narrow(1, 2, 2) / 2, a.narrow(1, 0, 2) + a.narrow(1, 2, 2) / 2);
        var (lowB, highB) = (b.narrow(1, 0, 2) - b.narrow(1, 2, 2) / 2, b.narrow(1, 0, 2) + b.narrow(1, 2, 2) / 2);
        var common = (minimum(highA, highB) - maximum(lowA, lowB)).clamp_min(0).prod(1);
        var hull = (maximum(highA, highB) - minimum(lowA, lowB)).prod(1);
        var union = a.narrow(1, 2, 2).prod(1) + b.narrow(1, 2, 2).prod(1) - common;
        return common / union - (hull - union) / hull;
    }
}
