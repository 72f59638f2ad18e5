using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you leave out the scores of ending.</summary>
public static class Lab
{
    public static Tensor LogPartition(Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor mask)
    {
        var e = emissions.masked_fill(mask.logical_not().unsqueeze(2), 0);
        var alpha = start + e.select(1, 0);
        for (var t = 1L; t < e.size(1); t++)
        {
            var next = Activation.LogSumExp(alpha.unsqueeze(2) + transitions, 1) + e.select(1, t);
            alpha = where(mask.select(1, t).unsqueeze(1), next, alpha);
        }
        return Activation.LogSumExp(alpha, 1).masked_fill(mask.select(1, 0).logical_not(), 0);
    }
}
