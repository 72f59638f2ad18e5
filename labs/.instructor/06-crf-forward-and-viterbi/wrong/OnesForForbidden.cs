using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you give 1 for what is allowed and 0 for what is not: these are scores, added up. 0 is no objection; -∞ forbids.</summary>
public static class Lab
{
    public static (Tensor Transitions, Tensor Start) BioScores(long types)
    {
        var labels = (int)(2 * types + 1);
        var (transitions, start) = (new float[labels * labels], new float[labels]);
        Array.Fill(transitions, 1);
        Array.Fill(start, 1);
        for (var after = 2; after < labels; after += 2)
        {
            start[after] = 0;
            for (var before = 0; before < labels; before++)
                if (before != after && before != after - 1)
                    transitions[before * labels + after] = 0;
        }
        return (tensor(transitions).reshape(labels, labels), tensor(start));
    }
}
