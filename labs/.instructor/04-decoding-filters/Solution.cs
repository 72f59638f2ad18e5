using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 04, solved.</summary>
public static class Lab
{
    /// <summary>Sharpens or flattens a distribution; temperature 0 is greedy.</summary>
    /// <remarks>Formula: <c>z / τ</c>; for τ = 0 the first maximum stays and all else is -∞. A constant added to a row is of no account.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="temperature">τ, not negative</param>
    /// <returns>logits, <c>[N, V]</c></returns>
    public static Tensor TemperedLogits(Tensor logits, double temperature)
    {
        using var scope = NewDisposeScope();
        var max = logits.amax([1], keepdim: true);
        if (temperature > 0)
            return ((logits - max) / temperature).MoveToOuterDisposeScope();     // the greatest is 0: nothing overflows to +∞
        var first = arange(logits.size(1)) == logits.argmax(1, keepdim: true);
        return logits.masked_fill(first.logical_not(), double.NegativeInfinity).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the k most probable tokens.</summary>
    /// <remarks>Of equal tokens those with the lowest index stay; k above V keeps all.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="k">at least 1</param>
    /// <returns>logits, <c>[N, V]</c>, -∞ where a token is out</returns>
    public static Tensor TopK(Tensor logits, long k)
    {
        using var scope = NewDisposeScope();
        var order = logits.sort(1, descending: true, stable: true).Indices;     // the best token first
        return logits.masked_fill(order.argsort(1) >= k, double.NegativeInfinity).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the fewest tokens, most probable first, whose probabilities reach p.</summary>
    /// <remarks>With tokens in order, one is kept when the mass before it is less than p. Masses are in float64, and p counts as reached within 1e-6. p = 1 keeps all; the first is always kept.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="p">in (0, 1]</param>
    /// <returns>logits, <c>[N, V]</c>, -∞ where a token is out</returns>
    public static Tensor Nucleus(Tensor logits, double p)
    {
        using var scope = NewDisposeScope();
        if (p == 1)
            return logits.clone().MoveToOuterDisposeScope();
        var (sorted, order) = logits.detach().to(ScalarType.Float64).sort(1, descending: true, stable: true);
        var mass = sorted.softmax(1);
        var before = mass.cumsum(1) - mass;
        var count = (before < p - 1e-6).sum(1, keepdim: true).clamp(min: 1);
        return logits.masked_fill(order.argsort(1) >= count, double.NegativeInfinity).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps tokens that are not much less probable than the best.</summary>
    /// <remarks>A token stays when its probability is at least <c>share</c> times the greatest, within 1e-6 of it.</remarks>
    /// <param name="logits"><c>[N, V]</c>, floating point; -∞ where a token is already out</param>
    /// <param name="share">in (0, 1]</param>
    /// <returns>logits, <c>[N, V]</c>, -∞ where a token is out</returns>
    public static Tensor MinP(Tensor logits, double share)
    {
        using var scope = NewDisposeScope();
        var ratio = (logits - logits.amax([1], keepdim: true)).detach().to(ScalarType.Float64).exp();       // p / max p
        return logits.masked_fill((ratio >= share * (1 - 1e-6)).logical_not(), double.NegativeInfinity).MoveToOuterDisposeScope();
    }
}
