using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give each target the cheapest query that is left, one after the other: a later target may have to pay for it. The sum over all is what counts.</summary>
public static class Lab
{
    public static Tensor CheapestMatch(Tensor costs)
    {
        var (queries, targets) = ((int)costs.size(0), (int)costs.size(1));
        var match = new long[targets];
        var taken = new HashSet<int>();
        for (var n = 0; n < targets; n++)
        {
            var best = Enumerable.Range(0, queries).Where(q => !taken.Contains(q)).OrderBy(q => costs[q, n].ToDouble()).First();
            taken.Add(best);
            match[n] = best;
        }
        return tensor(match, ScalarType.Int64);
    }
}
