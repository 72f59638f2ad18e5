using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you stop at the first step at which something ends: a longer sequence may be worth more.</summary>
public static class Lab
{
    public static Tensor BeamSearch(Tensor logProbs, long bos, long eos, long width, long maxLength, double alpha)
    {
        var best = Enumerable.Range(0, 1).Select(_ => new long[] { eos }).First();
        return tensor(best, ScalarType.Int64);
    }
}
