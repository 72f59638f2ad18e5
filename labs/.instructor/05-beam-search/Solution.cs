using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 05, solved.</summary>
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
        using var scope = NewDisposeScope();
        var sums = (scores.unsqueeze(2) + logProbs).flatten(1);                 // [B, K·V]
        var vocabulary = logProbs.size(2);
        var count = Math.Min(width, sums.size(1));
        var (best, places) = sums.sort(1, descending: true, stable: true);
        places = places.narrow(1, 0, count);
        return (
            best.narrow(1, 0, count).clone().MoveToOuterDisposeScope(),
            places.div(vocabulary, RoundingMode.floor).MoveToOuterDisposeScope(),
            places.remainder(vocabulary).MoveToOuterDisposeScope());
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
        using var scope = NewDisposeScope();
        var words = tokens.narrow(1, 1, tokens.size(1) - 1);
        var ends = (words == eos).to(ScalarType.Int64);
        var lengths = (ends.cumsum(1) - ends).eq(0).sum(1);                      // tokens without an EOS before them
        return (logProbs / lengths.to(logProbs.dtype).pow(alpha)).MoveToOuterDisposeScope();
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
        var vocabulary = logProbs.size(0);
        var beam = new List<(double LogProb, long[] Tokens)> { (0, new long[0]) };
        var (best, bestScore) = (new long[0], double.NegativeInfinity);
        for (var length = 1; length <= maxLength; length++)
        {
            var next = new List<(double LogProb, long[] Tokens)>();
            foreach (var (logProb, tokens) in beam)
            {
                var before = tokens.Length == 0 ? bos : tokens[^1];
                for (var token = 0L; token < vocabulary; token++)
                {
                    var sum = logProb + logProbs[before, token].ToDouble();
                    if (token != eos)
                        next.Add((sum, tokens.Append(token).ToArray()));
                    else if (sum / Math.Pow(length, alpha) > bestScore)
                        (best, bestScore) = (tokens.Append(token).ToArray(), sum / Math.Pow(length, alpha));
                }
            }
            beam = next.OrderByDescending(h => h.LogProb).Take((int)width).ToList();
        }
        return tensor(best, ScalarType.Int64);
    }
}
