using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you read the compatibility the wrong way round: μ[k, l] is what l at a neighbour costs k here.</summary>
public static class Lab
{
    public static Tensor MeanFieldRounds(Tensor logits, Tensor kernel, Tensor compatibility, long steps)
    {
        var q = logits.softmax(0);
        for (var step = 0L; step < steps; step++)
            q = (logits - compatibility.T.mm(q.mm(kernel.T))).softmax(0);
        return q;
    }
}
