using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you read transitions[to, from].</summary>
public static class Lab
{
    public static Tensor BestTags(Tensor emissions, Tensor transitions, Tensor mask)
    {
        var e = emissions.masked_fill(mask.logical_not().unsqueeze(2), 0);
        var score = e.select(1, 0);
        var before = new List<Tensor>();
        for (var t = 1L; t < e.size(1); t++)
        {
            var (best, from) = (score.unsqueeze(2) + transitions.T).max(1);
            score = where(mask.select(1, t).unsqueeze(1), best + e.select(1, t), score);
            before.Add(from);
        }
        var path = new List<Tensor> { score.argmax(1, keepdim: true) };
        for (var t = (int)e.size(1) - 1; t > 0; t--)
            path.Add(where(mask.select(1, t).unsqueeze(1), before[t - 1].gather(1, path[^1]), path[^1]));
        path.Reverse();
        return cat(path, 1).masked_fill(mask.logical_not(), -100);
    }
}
