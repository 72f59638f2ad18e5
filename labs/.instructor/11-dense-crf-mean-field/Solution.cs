using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 11, solved.</summary>
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
        using var scope = NewDisposeScope();
        Tensor Squares(Tensor x) => (x.unsqueeze(0) - x.unsqueeze(1)).square().sum(2);
        var energy = Squares(colours) / (2 * colourScale * colourScale) + Squares(places) / (2 * placeScale * placeScale);
        return (-energy).exp().masked_fill(eye(colours.size(0), dtype: ScalarType.Bool), 0).MoveToOuterDisposeScope();
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
        using var scope = NewDisposeScope();
        var q = logits.softmax(0);
        for (var step = 0L; step < steps; step++)
        {
            var heard = q.mm(kernel.T);                                           // [K, N]
            q = (logits - compatibility.mm(heard)).softmax(0);
        }
        return q.MoveToOuterDisposeScope();
    }
}
