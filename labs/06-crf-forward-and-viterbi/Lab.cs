using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 06: a CRF: forward, Viterbi, masks, BIO. `./lab check 06` tries it, `./lab hint 06` helps, `./lab watch 06` checks whenever you save.</summary>
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
        // TODO: write it
        throw new NotImplementedException("PathScore is still to be written.");
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
        // TODO: write it
        throw new NotImplementedException("LogPartition is still to be written.");
    }

    /// <summary>The tags of the best path: Viterbi.</summary>
    /// <remarks>As the forward recursion with a maximum in place of each log-sum-exp, and then the way back from each chain's own last place. Padding gets the tag -100. There are no scores of start and end here.</remarks>
    /// <param name="emissions">the score of each tag at each place, <c>[B, T, K]</c></param>
    /// <param name="transitions"><c>[K, K]</c>, <c>transitions[from, to]</c>; -∞ forbids a step</param>
    /// <param name="mask">true where a place is valid, <c>[B, T]</c>: the first few of each chain, or none. What stands at the others may be NaN</param>
    /// <returns>tags, <c>[B, T]</c>, int64</returns>
    public static Tensor BestTags(Tensor emissions, Tensor transitions, Tensor mask)
    {
        // TODO: write it
        throw new NotImplementedException("BestTags is still to be written.");
    }

    /// <summary>Scores that forbid what is no BIO.</summary>
    /// <remarks>Labels are, in this order, O, B-1, I-1, B-2, I-2, ... An I-x may follow B-x and I-x alone, and may not begin. What is forbidden scores -∞, all else 0.</remarks>
    /// <param name="types">how many types of entities, at least 1</param>
    /// <returns><c>[2·types + 1, 2·types + 1]</c> from the row's label to the column's, and <c>[2·types + 1]</c>, float32</returns>
    public static (Tensor Transitions, Tensor Start) BioScores(long types)
    {
        // TODO: write it
        throw new NotImplementedException("BioScores is still to be written.");
    }
}
