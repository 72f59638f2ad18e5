using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you leave out the score of the span itself where it is split: only single words count.</summary>
public static class Lab
{
    public static Tensor Inside(Tensor spans)
    {
        var words = (int)spans.size(1);
        var inside = new Tensor[words, words];
        for (var width = 1; width <= words; width++)
            for (var first = 0; first + width <= words; first++)
            {
                var last = first + width - 1;
                var own = spans.select(1, first).select(1, last);                 // [B]
                var splits = Enumerable.Range(first, width - 1).Select(split => inside[first, split] + inside[split + 1, last]).ToList();
                inside[first, last] = splits.Count == 0 ? own : stack(splits).logsumexp(0);
            }
        return inside[0, words - 1].clone();
    }
}
