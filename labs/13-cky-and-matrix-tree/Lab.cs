using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 13: trees: CKY and the matrix-tree theorem. `./lab check 13` tries it, `./lab hint 13` helps, `./lab watch 13` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>The sum over all binary bracketings, as a logarithm.</summary>
    /// <remarks>Formula: <c>I[i, i] = s[i, i]</c>, <c>I[i, j] = s[i, j] + log Σ_k exp(I[i, k] + I[k + 1, j])</c> over the splits k from i to j - 1; the result is <c>I[0, N - 1]</c>. A bracketing scores the sum of its spans' scores, single words and the whole too.</remarks>
    /// <param name="spans">s[i, j], the score of the span from word i to word j, <c>[B, N, N]</c>; below the diagonal nothing is read</param>
    /// <returns>log Z, <c>[B]</c></returns>
    public static Tensor Inside(Tensor spans)
    {
        // TODO: write it
        throw new NotImplementedException("Inside is still to be written.");
    }

    /// <summary>The spans of the best bracketing: CKY.</summary>
    /// <remarks>As above with a maximum in place of the sum, and a note of the split that was best; then from the whole down to the words.</remarks>
    /// <param name="spans"><c>[B, N, N]</c></param>
    /// <returns>true at the 2·N - 1 spans, <c>[B, N, N]</c>, boolean</returns>
    public static Tensor BestBrackets(Tensor spans)
    {
        // TODO: write it
        throw new NotImplementedException("BestBrackets is still to be written.");
    }

    /// <summary>The sum over all dependency trees, as a logarithm: the matrix-tree theorem.</summary>
    /// <remarks>Formula: with weights <c>w[h, m] = exp(s[h, m])</c>, the Laplacian of the words has <c>L[m, m] = Σ_h w[h, m]</c> over all heads h but m (the root too) and <c>L[h, m] = -w[h, m]</c>; <c>log Z = log det L</c>. Any number of words may hang on the root.</remarks>
    /// <param name="arcs">s[h, m], the score of h as the head of m; 0 is the root, words are 1 to N, <c>[B, N + 1, N + 1]</c></param>
    /// <returns>log Z, <c>[B]</c></returns>
    public static Tensor ArcLogPartition(Tensor arcs)
    {
        // TODO: write it
        throw new NotImplementedException("ArcLogPartition is still to be written.");
    }
}
