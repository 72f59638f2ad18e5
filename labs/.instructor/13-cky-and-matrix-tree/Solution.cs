using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 13, solved.</summary>
public static class Lab
{
    /// <summary>The sum over all binary bracketings, as a logarithm.</summary>
    /// <remarks>Formula: <c>I[i, i] = s[i, i]</c>, <c>I[i, j] = s[i, j] + log Σ_k exp(I[i, k] + I[k + 1, j])</c> over the splits k from i to j - 1; the result is <c>I[0, N - 1]</c>. A bracketing scores the sum of its spans' scores, single words and the whole too.</remarks>
    /// <param name="spans">s[i, j], the score of the span from word i to word j, <c>[B, N, N]</c>; below the diagonal nothing is read</param>
    /// <returns>log Z, <c>[B]</c></returns>
    public static Tensor Inside(Tensor spans)
    {
        using var scope = NewDisposeScope();
        var words = (int)spans.size(1);
        var inside = new Tensor[words, words];
        for (var width = 1; width <= words; width++)
            for (var first = 0; first + width <= words; first++)
            {
                var last = first + width - 1;
                var own = spans.select(1, first).select(1, last);                 // [B]
                var splits = Enumerable.Range(first, width - 1).Select(split => inside[first, split] + inside[split + 1, last]).ToList();
                inside[first, last] = splits.Count == 0 ? own : own + stack(splits).logsumexp(0);
            }
        return inside[0, words - 1].clone().MoveToOuterDisposeScope();
    }

    /// <summary>The spans of the best bracketing: CKY.</summary>
    /// <remarks>As above with a maximum in place of the sum, and a note of the split that was best; then from the whole down to the words.</remarks>
    /// <param name="spans"><c>[B, N, N]</c></param>
    /// <returns>true at the 2·N - 1 spans, <c>[B, N, N]</c>, boolean</returns>
    public static Tensor BestBrackets(Tensor spans)
    {
        var (batch, words) = ((int)spans.size(0), (int)spans.size(1));
        var best = new bool[batch * words * words];
        for (var b = 0; b < batch; b++)
        {
            var (score, split) = (new double[words, words], new int[words, words]);
            for (var width = 1; width <= words; width++)
                for (var first = 0; first + width <= words; first++)
                {
                    var last = first + width - 1;
                    var most = width == 1 ? 0 : double.NegativeInfinity;
                    for (var k = first; k < last; k++)
                        if (score[first, k] + score[k + 1, last] > most)
                            (most, split[first, last]) = (score[first, k] + score[k + 1, last], k);
                    score[first, last] = most + spans[b, first, last].ToDouble();
                }
            var open = new Stack<(int First, int Last)>();
            open.Push((0, words - 1));
            while (open.Count > 0)
            {
                var (first, last) = open.Pop();
                best[(b * words + first) * words + last] = true;
                if (first == last)
                    continue;
                open.Push((first, split[first, last]));
                open.Push((split[first, last] + 1, last));
            }
        }
        return tensor(best).reshape(batch, words, words);
    }

    /// <summary>The sum over all dependency trees, as a logarithm: the matrix-tree theorem.</summary>
    /// <remarks>Formula: with weights <c>w[h, m] = exp(s[h, m])</c>, the Laplacian of the words has <c>L[m, m] = Σ_h w[h, m]</c> over all heads h but m (the root too) and <c>L[h, m] = -w[h, m]</c>; <c>log Z = log det L</c>. Any number of words may hang on the root.</remarks>
    /// <param name="arcs">s[h, m], the score of h as the head of m; 0 is the root, words are 1 to N, <c>[B, N + 1, N + 1]</c></param>
    /// <returns>log Z, <c>[B]</c></returns>
    public static Tensor ArcLogPartition(Tensor arcs)
    {
        using var scope = NewDisposeScope();
        var words = arcs.size(1) - 1;
        var shift = arcs.detach().narrow(2, 1, words).amax([1]);                  // [B, N]: every tree takes one head a word
        var weights = (arcs.narrow(2, 1, words) - shift.unsqueeze(1)).exp();      // [B, N + 1, N]
        var between = weights.narrow(1, 1, words).masked_fill(eye(words, dtype: ScalarType.Bool), 0);
        var laplacian = diag_embed(between.sum(1) + weights.select(1, 0)) - between;
        var (_, logDet) = linalg.slogdet(laplacian);
        return (logDet + shift.sum(1)).MoveToOuterDisposeScope();
    }
}
