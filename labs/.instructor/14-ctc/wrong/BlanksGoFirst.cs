using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take the blanks out before you join runs: "a - a" becomes one a. The blank is there to keep them apart.</summary>
public static class Lab
{
    public static Tensor GreedyLabels(Tensor logProbs, long blank)
    {
        var (batch, frames) = ((int)logProbs.size(0), (int)logProbs.size(1));
        var path = logProbs.argmax(2);
        var labels = new long[batch * frames];
        Array.Fill(labels, -1);
        for (var b = 0; b < batch; b++)
        {
            var count = 0;
            for (var t = 0; t < frames; t++)
            {
                var label = path[b, t].ToInt64();
                if (label != blank && (count == 0 || label != labels[b * frames + count - 1]))
                    labels[b * frames + count++] = label;
            }
        }
        return tensor(labels, ScalarType.Int64).reshape(batch, frames);
    }
}
