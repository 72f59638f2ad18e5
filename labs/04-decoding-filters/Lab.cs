using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 04: decoding filters. `./lab check 04` tries it, `./lab hint 04` helps, `./lab watch 04` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>Sharpens or flattens a distribution; temperature 0 is greedy.</summary>
    /// <remarks>Formula: <c>z / τ</c>; for τ = 0 the first maximum stays and all else is -∞. A constant added to a row is of no account.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="temperature">τ, not negative</param>
    /// <returns>logits, <c>[N, V]</c></returns>
    public static Tensor TemperedLogits(Tensor logits, double temperature)
    {
        // TODO: write it
        throw new NotImplementedException("TemperedLogits is still to be written.");
    }

    /// <summary>Keeps the k most probable tokens.</summary>
    /// <remarks>Of equal tokens those with the lowest index stay; k above V keeps all.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="k">at least 1</param>
    /// <returns>logits, <c>[N, V]</c>, -∞ where a token is out</returns>
    public static Tensor TopK(Tensor logits, long k)
    {
        // TODO: write it
        throw new NotImplementedException("TopK is still to be written.");
    }

    /// <summary>Keeps the fewest tokens, most probable first, whose probabilities reach p.</summary>
    /// <remarks>With tokens in order, one is kept when the mass before it is less than p. Masses are in float64, and p counts as reached within 1e-6. p = 1 keeps all; the first is always kept.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="p">in (0, 1]</param>
    /// <returns>logits, <c>[N, V]</c>, -∞ where a token is out</returns>
    public static Tensor Nucleus(Tensor logits, double p)
    {
        // TODO: write it
        throw new NotImplementedException("Nucleus is still to be written.");
    }

    /// <summary>Keeps tokens that are not much less probable than the best.</summary>
    /// <remarks>A token stays when its probability is at least <c>share</c> times the greatest, within 1e-6 of it.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="share">in (0, 1]</param>
    /// <returns>logits, <c>[N, V]</c>, -∞ where a token is out</returns>
    public static Tensor MinP(Tensor logits, double share)
    {
        // TODO: write it
        throw new NotImplementedException("MinP is still to be written.");
    }
}
