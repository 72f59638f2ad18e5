using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 06, solved.</summary>
public static class Lab
{
    /// <summary>What one path scores.</summary>
    /// <remarks>Formula: <c>start[y₁] + Σ emissions[t, yₜ] + Σ transitions[yₜ₋₁, yₜ] + end[y_n]</c> over the valid places; 0 where there are none.</remarks>
    /// <param name="emissions">the score of each tag at each place, <c>[B, T, K]</c></param>
    /// <param name="tags"><c>[B, T]</c>, int64; anything, such as -100, at places that are not valid</param>
    /// <param name="transitions"><c>[K, K]</c>, <c>transitions[from, to]</c>; -∞ forbids a step</param>
    /// <param name="start">of beginning with a tag, <c>[K]</c></param>
    /// <param name="end">of ending with a tag, <c>[K]</c></param>
    /// <param name="mask">true where a place is valid, <c>[B, T]</c>: the first few of each chain, or none. What stands at the others may be NaN</param>
    /// <returns>scores, <c>[B]</c></returns>
    public static Tensor PathScore(Tensor emissions, Tensor tags, Tensor transitions, Tensor start, Tensor end, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (length, classes) = (emissions.size(1), emissions.size(2));
        var hidden = mask.logical_not();
        var y = tags.masked_fill(hidden, 0);                                      // [B, T]
        var emitted = emissions.masked_fill(hidden.unsqueeze(2), 0).gather(2, y.unsqueeze(2)).squeeze(2);
        var moves = y.narrow(1, 0, length - 1) * classes + y.narrow(1, 1, length - 1);
        var moved = transitions.reshape(-1).index_select(0, moves.reshape(-1)).reshape(moves.shape).masked_fill(hidden.narrow(1, 1, length - 1), 0);
        var last = (mask.sum(1) - 1).clamp(min: 0).unsqueeze(1);
        var none = hidden.select(1, 0);
        var ends = start.index_select(0, y.select(1, 0)) + end.index_select(0, y.gather(1, last).squeeze(1));
        return (emitted.sum(1) + moved.sum(1) + ends.masked_fill(none, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>The sum over all paths, as a logarithm: the forward recursion.</summary>
    /// <remarks>Formula: <c>α₁[j] = start[j] + e₁[j]</c>, <c>αₜ[j] = logsumexpᵢ(αₜ₋₁[i] + transitions[i, j]) + eₜ[j]</c>, and <c>log Z = logsumexpⱼ(α[j] + end[j])</c> with the α of each chain's last valid place; 0 where a chain has none.</remarks>
    /// <param name="emissions">the score of each tag at each place, <c>[B, T, K]</c></param>
    /// <param name="transitions"><c>[K, K]</c>, <c>transitions[from, to]</c>; -∞ forbids a step</param>
    /// <param name="start">of beginning with a tag, <c>[K]</c></param>
    /// <param name="end">of ending with a tag, <c>[K]</c></param>
    /// <param name="mask">true where a place is valid, <c>[B, T]</c>: the first few of each chain, or none. What stands at the others may be NaN</param>
    /// <returns>log Z, <c>[B]</c></returns>
    public static Tensor LogPartition(Tensor emissions, Tensor transitions, Tensor start, Tensor end, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var e = emissions.masked_fill(mask.logical_not().unsqueeze(2), 0);
        var alpha = start + e.select(1, 0);                                       // [B, K]
        for (var t = 1L; t < e.size(1); t++)
        {
            var next = Activation.LogSumExp(alpha.unsqueeze(2) + transitions, 1) + e.select(1, t);
            alpha = where(mask.select(1, t).unsqueeze(1), next, alpha);           // chains that have ended wait
        }
        var total = Activation.LogSumExp(alpha + end, 1);
        return total.masked_fill(mask.select(1, 0).logical_not(), 0).MoveToOuterDisposeScope();
    }

    /// <summary>The tags of the best path: Viterbi.</summary>
    /// <remarks>As the forward recursion with a maximum in place of each log-sum-exp, and then the way back from each chain's own last place. Padding gets the tag -100. There are no scores of start and end here.</remarks>
    /// <param name="emissions">the score of each tag at each place, <c>[B, T, K]</c></param>
    /// <param name="transitions"><c>[K, K]</c>, <c>transitions[from, to]</c>; -∞ forbids a step</param>
    /// <param name="mask">true where a place is valid, <c>[B, T]</c>: the first few of each chain, or none. What stands at the others may be NaN</param>
    /// <returns>tags, <c>[B, T]</c>, int64</returns>
    public static Tensor BestTags(Tensor emissions, Tensor transitions, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var e = emissions.masked_fill(mask.logical_not().unsqueeze(2), 0);
        var score = e.select(1, 0);                                               // [B, K]
        var before = new List<Tensor>();
        for (var t = 1L; t < e.size(1); t++)
        {
            var (best, from) = (score.unsqueeze(2) + transitions).max(1);         // over the tag that is come from
            score = where(mask.select(1, t).unsqueeze(1), best + e.select(1, t), score);
            before.Add(from);
        }
        var path = new List<Tensor> { score.argmax(1, keepdim: true) };           // [B, 1]
        for (var t = (int)e.size(1) - 1; t > 0; t--)
            path.Add(where(mask.select(1, t).unsqueeze(1), before[t - 1].gather(1, path[^1]), path[^1]));
        path.Reverse();
        return cat(path, 1).masked_fill(mask.logical_not(), -100).MoveToOuterDisposeScope();
    }

    /// <summary>Scores that forbid what is no BIO.</summary>
    /// <remarks>Labels are, in this order, O, B-1, I-1, B-2, I-2, ... An I-x may follow B-x and I-x alone, and may not begin. What is forbidden scores -∞, all else 0.</remarks>
    /// <param name="types">how many types of entities, at least 1</param>
    /// <returns><c>[2·types + 1, 2·types + 1]</c> from the row's label to the column's, and <c>[2·types + 1]</c>, float32</returns>
    public static (Tensor Transitions, Tensor Start) BioScores(long types)
    {
        var labels = (int)(2 * types + 1);
        bool IsInside(int label) => label > 0 && label % 2 == 0;
        var transitions = new float[labels * labels];
        var start = new float[labels];
        for (var after = 0; after < labels; after++)
        {
            if (!IsInside(after))
                continue;
            start[after] = float.NegativeInfinity;
            for (var before = 0; before < labels; before++)
                if (before != after && before != after - 1)                       // neither I-x nor B-x
                    transitions[before * labels + after] = float.NegativeInfinity;
        }
        return (tensor(transitions).reshape(labels, labels), tensor(start));
    }
}
