using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 07, solved.</summary>
public static class Lab
{
    /// <summary>How alike every box is to every target, even where they do not touch.</summary>
    /// <remarks>Formula: <c>I/U - (H - U)/H</c>, with the areas of intersection, union, and of the smallest box around both.</remarks>
    /// <param name="boxes">centre and sides (cx, cy, w, h), <c>[Q, 4]</c>, sides positive</param>
    /// <param name="targets">centre and sides (cx, cy, w, h), <c>[N, 4]</c>, sides positive</param>
    /// <returns>GIoU in [-1, 1], <c>[Q, N]</c></returns>
    public static Tensor PairGIoU(Tensor boxes, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (boxes.unsqueeze(1), targets.unsqueeze(0));                 // [Q, 1, 4] and [1, N, 4]
        var (lowA, highA) = (a.narrow(2, 0, 2) - a.narrow(2, 2, 2) / 2, a.narrow(2, 0, 2) + a.narrow(2, 2, 2) / 2);
        var (lowB, highB) = (b.narrow(2, 0, 2) - b.narrow(2, 2, 2) / 2, b.narrow(2, 0, 2) + b.narrow(2, 2, 2) / 2);
        var common = (minimum(highA, highB) - maximum(lowA, lowB)).clamp_min(0).prod(2);
        var hull = (maximum(highA, highB) - minimum(lowA, lowB)).prod(2);
        var union = a.narrow(2, 2, 2).prod(2) + b.narrow(2, 2, 2).prod(2) - common;
        return (common / union - (hull - union) / hull).MoveToOuterDisposeScope();
    }

    /// <summary>Gives each target a query of its own, at the least cost in all.</summary>
    /// <remarks>Formula: the N different queries that minimise <c>Σ costs[match[n], n]</c>. There are at least as many queries as targets. Forty by forty must be possible.</remarks>
    /// <param name="costs"><c>[Q, N]</c>, N no more than Q; N may be 0</param>
    /// <returns>the query of each target, <c>[N]</c>, int64</returns>
    public static Tensor CheapestMatch(Tensor costs)
    {
        var (queries, targets) = ((int)costs.size(0), (int)costs.size(1));
        var cost = new double[queries + 1, targets + 1];
        for (var q = 1; q <= queries; q++)
            for (var n = 1; n <= targets; n++)
                cost[q, n] = costs[q - 1, n - 1].ToDouble();
        var (u, v, owner) = (new double[targets + 1], new double[queries + 1], new int[queries + 1]);
        for (var target = 1; target <= targets; target++)                         // give each target a query, along the cheapest path
        {
            owner[0] = target;
            var at = 0;
            var (least, from, seen) = (new double[queries + 1], new int[queries + 1], new bool[queries + 1]);
            Array.Fill(least, double.PositiveInfinity);
            do
            {
                seen[at] = true;
                var (step, next) = (double.PositiveInfinity, 0);
                for (var q = 1; q <= queries; q++)
                {
                    if (seen[q])
                        continue;
                    var more = cost[q, owner[at]] - u[owner[at]] - v[q];
                    if (more < least[q])
                        (least[q], from[q]) = (more, at);
                    if (least[q] < step)
                        (step, next) = (least[q], q);
                }
                for (var q = 0; q <= queries; q++)
                    if (seen[q])
                        (u[owner[q]], v[q]) = (u[owner[q]] + step, v[q] - step);
                    else
                        least[q] -= step;
                at = next;
            }
            while (owner[at] != 0);
            for (; at != 0; at = from[at])
                owner[at] = owner[from[at]];
        }
        var match = new long[targets];
        for (var q = 1; q <= queries; q++)
            if (owner[q] != 0)
                match[owner[q] - 1] = q - 1;
        return tensor(match, ScalarType.Int64);
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
        using var scope = NewDisposeScope();
        var none = logits.size(1) - 1;
        var classes = full([logits.size(0)], none, ScalarType.Int64).scatter(0, match, labels);        // [Q]
        var weight = (classes == none).to(logits.dtype) * (noObject - 1) + 1;
        var surprise = -F.log_softmax(logits, 1).gather(1, classes.unsqueeze(1)).squeeze(1);
        var byClass = (weight * surprise).sum() / weight.sum();
        var found = boxes.index_select(0, match);
        var apart = (found - targets).abs().sum();
        var unlike = (1 - Similarity(found, targets)).sum();
        return (byClass + (5 * apart + 2 * unlike) / Math.Max(1, targets.size(0))).MoveToOuterDisposeScope();
    }

    /// <summary>GIoU of boxes at the same place.</summary>
    private static Tensor Similarity(Tensor a, Tensor b)
    {
        var (lowA, highA) = (a.narrow(1, 0, 2) - a.narrow(1, 2, 2) / 2, a.narrow(1, 0, 2) + a.narrow(1, 2, 2) / 2);
        var (lowB, highB) = (b.narrow(1, 0, 2) - b.narrow(1, 2, 2) / 2, b.narrow(1, 0, 2) + b.narrow(1, 2, 2) / 2);
        var common = (minimum(highA, highB) - maximum(lowA, lowB)).clamp_min(0).prod(1);
        var hull = (maximum(highA, highB) - minimum(lowA, lowB)).prod(1);
        var union = a.narrow(1, 2, 2).prod(1) + b.narrow(1, 2, 2).prod(1) - common;
        return common / union - (hull - union) / hull;
    }
}
