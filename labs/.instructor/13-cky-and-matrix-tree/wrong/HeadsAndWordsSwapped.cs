using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you sum over the words of each head: it is the heads of each word, so the columns, that are summed.</summary>
public static class Lab
{
    public static Tensor ArcLogPartition(Tensor arcs)
    {
        var words = arcs.size(1) - 1;
        var weights = arcs.narrow(2, 1, words).exp();
        var between = weights.narrow(1, 1, words).masked_fill(eye(words, dtype: ScalarType.Bool), 0);
        var (_, logDet) = linalg.slogdet(diag_embed(between.sum(2) + weights.select(1, 0)) - between);
        return logDet;
    }
}
