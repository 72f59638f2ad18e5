using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you keep one hypothesis, whatever the width: that is greedy decoding, and the best beginning need not lead to the best sequence.</summary>
public static class Lab
{
    public static Tensor BeamSearch(Tensor logProbs, long bos, long eos, long width, long maxLength, double alpha)
    {
        var beam = new List<(double LogProb, long[] Tokens)> { (0, new long[0]) };
        var done = new List<(double Score, long[] Tokens)>();
        for (var length = 1; length <= maxLength; length++)
        {
            var all = beam.SelectMany(h => Enumerable.Range(0, (int)logProbs.size(0)).Select(token => (
                LogProb: h.LogProb + logProbs[h.Tokens.Length == 0 ? bos : h.Tokens[^1], token].ToDouble(), Tokens: h.Tokens.Append(token).ToArray()))).ToList();
            done.AddRange(all.Where(h => h.Tokens[^1] == eos).Select(h => (h.LogProb / Math.Pow(length, alpha), h.Tokens)));
            beam = all.Where(h => h.Tokens[^1] != eos).OrderByDescending(h => h.LogProb).Take(1).ToList();
        }
        return tensor(done.OrderByDescending(h => h.Score).First().Tokens, ScalarType.Int64);
    }
}
