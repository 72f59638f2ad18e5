using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 11: dense CRF: mean field. `./lab check 11` tries it, `./lab hint 11` helps, `./lab watch 11` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>How much every two pixels belong together.</summary>
    /// <remarks>Formula: <c>exp(-|c[i] - c[j]|² / 2σ² - |x[i] - x[j]|² / 2τ²)</c>, and 0 for a pixel with itself.</remarks>
    /// <param name="colours">c, <c>[N, 3]</c></param>
    /// <param name="places">x, <c>[N, 2]</c></param>
    /// <param name="colourScale">σ</param>
    /// <param name="placeScale">τ</param>
    /// <returns><c>[N, N]</c></returns>
    public static Tensor PairKernel(Tensor colours, Tensor places, double colourScale, double placeScale)
    {
        // TODO: write it
        throw new NotImplementedException("PairKernel is still to be written.");
    }

    /// <summary>What the pixels say after they have heard each other.</summary>
    /// <remarks>Formula: <c>Q = softmax(z)</c>, then so many times, all pixels at once: <c>Q[k, i] = softmax over k of (z[k, i] - Σ_l μ[k, l]·Σ_j κ[i, j]·Q[l, j])</c>.</remarks>
    /// <param name="logits">z, <c>[K, N]</c>: classes, pixels</param>
    /// <param name="kernel">κ, <c>[N, N]</c>, symmetric, 0 on the diagonal</param>
    /// <param name="compatibility">μ, what label l at a neighbour costs label k, <c>[K, K]</c></param>
    /// <param name="steps">rounds, not negative</param>
    /// <returns>probabilities, <c>[K, N]</c></returns>
    public static Tensor MeanFieldRounds(Tensor logits, Tensor kernel, Tensor compatibility, long steps)
    {
        // TODO: write it
        throw new NotImplementedException("MeanFieldRounds is still to be written.");
    }
}
