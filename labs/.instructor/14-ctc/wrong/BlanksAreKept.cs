using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you join runs and leave the blanks in.</summary>
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
                if (t == 0 || label != path[b, t - 1].ToInt64())
                    labels[b * frames + count++] = label;
            }
        }
        return tensor(labels, ScalarType.Int64).reshape(batch, frames);
    }
}
