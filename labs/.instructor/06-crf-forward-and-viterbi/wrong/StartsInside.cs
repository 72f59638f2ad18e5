using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you let a sequence begin with I-x: there is no span to go on with.</summary>
public static class Lab
{
    public static (Tensor Transitions, Tensor Start) BioScores(long types)
    {
        var labels = (int)(2 * types + 1);
        var transitions = new float[labels * labels];
        for (var after = 2; after < labels; after += 2)
            for (var before = 0; before < labels; before++)
                if (before != after && before != after - 1)
                    transitions[before * labels + after] = float.NegativeInfinity;
        return (tensor(transitions).reshape(labels, labels), zeros(labels));
    }
}
