using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you put blanks between the labels only: an alignment may begin and end with blanks.</summary>
public static class Lab
{
    public static Tensor LabelStates(Tensor targets, long blank)
    {
        if (targets.size(1) == 0)
            return targets.clone();
        var blanks = full(targets.shape, blank, ScalarType.Int64);
        var pairs = stack(new[] { targets, blanks }, 2).flatten(1);
        return pairs.narrow(1, 0, pairs.size(1) - 1).clone();
    }
}
