using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you always split in the middle: every split is to be tried.</summary>
public static class Lab
{
    public static Tensor BestBrackets(Tensor spans)
    {
        var (batch, words) = ((int)spans.size(0), (int)spans.size(1));
        var best = new bool[batch * words * words];
        for (var b = 0; b < batch; b++)
        {
            var open = new Stack<(int First, int Last)>();
            open.Push((0, words - 1));
            while (open.Count > 0)
            {
                var (first, last) = open.Pop();
                best[(b * words + first) * words + last] = true;
                if (first == last)
                    continue;
                open.Push((first, (first + last) / 2));
                open.Push(((first + last) / 2 + 1, last));
            }
        }
        return tensor(best).reshape(batch, words, words);
    }
}
