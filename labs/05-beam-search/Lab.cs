using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 05: beam search. `./lab check 05` tries it, `./lab hint 05` helps, `./lab watch 05` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>One step: of all continuations of all hypotheses, the best.</summary>
    /// <remarks>A continuation scores <c>scores[b, k] + logProbs[b, k, v]</c>. Best first; of equal ones the lower hypothesis, then the lower token; where there are fewer than <c>width</c>, all of them.</remarks>
    /// <param name="scores">what the hypotheses have, <c>[B, K]</c></param>
    /// <param name="logProbs">of their next tokens, <c>[B, K, V]</c></param>
    /// <param name="width">how many to keep, M</param>
    /// <returns>scores <c>[B, M]</c>; the hypothesis that each continues, and its token, <c>[B, M]</c>, int64</returns>
    public static (Tensor Scores, Tensor Parents, Tensor Tokens) BestContinuations(Tensor scores, Tensor logProbs, long width)
    {
        // TODO: write it
        throw new NotImplementedException("BestContinuations is still to be written.");
    }

    /// <summary>Scores that make up for the length.</summary>
    /// <remarks>Formula: <c>log p / length^α</c>. The length counts tokens up to the first EOS and the EOS itself; BOS, which comes first, does not count.</remarks>
    /// <param name="logProbs">of whole hypotheses, <c>[N]</c></param>
    /// <param name="tokens">BOS, then tokens, EOS where it ended, and anything behind that, <c>[N, T]</c>, int64</param>
    /// <param name="eos">the token that ends</param>
    /// <param name="alpha">α, not negative</param>
    /// <returns>scores, <c>[N]</c></returns>
    public static Tensor LengthNormalised(Tensor logProbs, Tensor tokens, long eos, double alpha)
    {
        // TODO: write it
        throw new NotImplementedException("LengthNormalised is still to be written.");
    }

    /// <summary>The best finished sequence that a beam finds.</summary>
    /// <remarks>At every step each of the <c>width</c> hypotheses may end: with EOS it is finished, and is scored by <c>log p / length^α</c>, EOS counted and BOS not. Of all continuations by another token the <c>width</c> most probable go on. After <c>maxLength</c> steps the best finished one is the result. Finished hypotheses are never ranked against unfinished ones.</remarks>
    /// <param name="logProbs">of each token after each, <c>[V, V]</c>: the row is the token before</param>
    /// <param name="bos">the token that all begin with</param>
    /// <param name="eos">the token that ends</param>
    /// <param name="width">how many unfinished hypotheses are kept</param>
    /// <param name="maxLength">the most tokens, EOS counted and BOS not</param>
    /// <param name="alpha">α, not negative</param>
    /// <returns>tokens without BOS, with EOS, <c>[n]</c>, int64</returns>
    public static Tensor BeamSearch(Tensor logProbs, long bos, long eos, long width, long maxLength, double alpha)
    {
        // TODO: write it
        throw new NotImplementedException("BeamSearch is still to be written.");
    }
}
