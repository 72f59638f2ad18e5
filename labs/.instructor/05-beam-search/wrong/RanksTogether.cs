using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: finished hypotheses take places in your beam from unfinished ones: endings that are probable but not the best push out what would have become the best. Rank them apart.</summary>
public static class Lab
{
    public static Tensor BeamSearch(Tensor logProbs, long bos, long eos, long width, long maxLength, double alpha)
    {
        var beam = new List<(double LogProb, long[] Tokens)> { (0, new long[0]) };
        var done = new List<(double Score, long[] Tokens)>();
        for (var length = 1; length <= maxLength && beam.Count > 0; length++)
        {
            var all = beam.SelectMany(h => Enumerable.Range(0, (int)logProbs.size(0)).Select(token => (
                LogProb: h.LogProb + logProbs[h.Tokens.Length == 0 ? bos : h.Tokens[^1], token].ToDouble(), Tokens: h.Tokens.Append(token).ToArray())))
                .OrderByDescending(h => h.LogProb).Take((int)width).ToList();
            done.AddRange(all.Where(h => h.Tokens[^1] == eos).Select(h => (h.LogProb / Math.Pow(length, alpha), h.Tokens)));
            beam = all.Where(h => h.Tokens[^1] != eos).ToList();
        }
        return tensor(done.Count > 0 ? done.OrderByDescending(h => h.Score).First().Tokens : beam[0].Tokens, ScalarType.Int64);
    }
}
