using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the best tag at each place by itself: the transitions have no say.</summary>
public static class Lab
{
    public static Tensor BestTags(Tensor emissions, Tensor transitions, Tensor mask)
    {
        return emissions.argmax(2).masked_fill(mask.logical_not(), -100);
    }
}
