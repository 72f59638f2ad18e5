using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you let I-x follow B-y: a span goes on with its own type alone.</summary>
public static class Lab
{
    public static (Tensor Transitions, Tensor Start) BioScores(long types)
    {
        var labels = (int)(2 * types + 1);
        var transitions = new float[labels * labels];
        var start = new float[labels];
        for (var after = 2; after < labels; after += 2)
        {
            start[after] = float.NegativeInfinity;
            transitions[after] = float.NegativeInfinity;
        }
        return (tensor(transitions).reshape(labels, labels), tensor(start));
    }
}
