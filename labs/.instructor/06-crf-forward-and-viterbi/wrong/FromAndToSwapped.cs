using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you read transitions[to, from]: the gold path then scores steps that the partition never sees, and the loss can be negative.</summary>
public static class Lab
{
    public static Tensor PathScore(Tensor emissions, Tensor tags, Tensor transitions, Tensor start, Tensor end, Tensor mask)
    {
        var (length, classes) = (emissions.size(1), emissions.size(2));
        var hidden = mask.logical_not();
        var y = tags.masked_fill(hidden, 0);
        var emitted = emissions.masked_fill(hidden.unsqueeze(2), 0).gather(2, y.unsqueeze(2)).squeeze(2);
        var moves = y.narrow(1, 1, length - 1) * classes + y.narrow(1, 0, length - 1);
        var moved = transitions.reshape(-1).index_select(0, moves.reshape(-1)).reshape(moves.shape).masked_fill(hidden.narrow(1, 1, length - 1), 0);
        var last = (mask.sum(1) - 1).clamp(min: 0).unsqueeze(1);
        var ends = start.index_select(0, y.select(1, 0)) + end.index_select(0, y.gather(1, last).squeeze(1));
        return emitted.sum(1) + moved.sum(1) + ends.masked_fill(hidden.select(1, 0), 0);
    }
}
