using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you put a blank behind every label and none before the first.</summary>
public static class Lab
{
    public static Tensor LabelStates(Tensor targets, long blank)
    {
        return stack(new[] { targets, full(targets.shape, blank, ScalarType.Int64) }, 2).flatten(1);
    }
}
