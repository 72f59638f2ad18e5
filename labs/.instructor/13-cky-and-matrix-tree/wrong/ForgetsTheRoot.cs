using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you leave the root out of the diagonal: the Laplacian's columns then sum to 0, and its determinant is 0.</summary>
public static class Lab
{
    public static Tensor ArcLogPartition(Tensor arcs)
    {
        var words = arcs.size(1) - 1;
        var between = arcs.narrow(1, 1, words).narrow(2, 1, words).exp().masked_fill(eye(words, dtype: ScalarType.Bool), 0);
        var (_, logDet) = linalg.slogdet(diag_embed(between.sum(1)) - between);
        return logDet;
    }
}
