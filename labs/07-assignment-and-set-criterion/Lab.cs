using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 07: assignment and set criterion. `./lab check 07` tries it, `./lab hint 07` helps, `./lab watch 07` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>How alike every box is to every target, even where they do not touch.</summary>
    /// <remarks>Formula: <c>I/U - (H - U)/H</c>, with the areas of intersection, union, and of the smallest box around both.</remarks>
    /// <param name="boxes">centre and sides (cx, cy, w, h), <c>[Q, 4]</c>, sides positive</param>
    /// <param name="targets">centre and sides (cx, cy, w, h), <c>[N, 4]</c>, sides positive</param>
    /// <returns>GIoU in [-1, 1], <c>[Q, N]</c></returns>
    public static Tensor PairGIoU(Tensor boxes, Tensor targets)
    {
        // TODO: write it
        throw new NotImplementedException("PairGIoU is still to be written.");
    }

    /// <summary>Gives each target a query of its own, at the least cost in all.</summary>
    /// <remarks>Formula: the N different queries that minimise <c>Σ costs[match[n], n]</c>. There are at least as many queries as targets. Forty by forty must be possible.</remarks>
    /// <param name="costs"><c>[Q, N]</c>, N no more than Q; N may be 0</param>
    /// <returns>the query of each target, <c>[N]</c>, int64</returns>
    public static Tensor CheapestMatch(Tensor costs)
    {
        // TODO: write it
        throw new NotImplementedException("CheapestMatch is still to be written.");
    }

    /// <summary>What a detector pays for its answers, once they are matched.</summary>
    /// <remarks>Formula: cross-entropy over all queries, with weight 1 for matched queries and <c>noObject</c> for the others, divided by the sum of the weights; plus <c>(5·Σ|b - t| + 2·Σ(1 - GIoU)) / max(1, N)</c> over the matched boxes.</remarks>
    /// <param name="logits">of the classes and, last, "no object", <c>[Q, K + 1]</c></param>
    /// <param name="boxes">centre and sides (cx, cy, w, h), <c>[Q, 4]</c>, sides positive</param>
    /// <param name="labels"><c>[N]</c>, int64</param>
    /// <param name="targets">centre and sides (cx, cy, w, h), <c>[N, 4]</c>, sides positive</param>
    /// <param name="match">the query of each target, <c>[N]</c>, int64</param>
    /// <param name="noObject">the weight of "no object"</param>
    /// <returns>a scalar</returns>
    public static Tensor SetLoss(Tensor logits, Tensor boxes, Tensor labels, Tensor targets, Tensor match, double noObject)
    {
        // TODO: write it
        throw new NotImplementedException("SetLoss is still to be written.");
    }
}
