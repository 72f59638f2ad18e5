using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 03: cross-entropy and many labels. `./lab check 03` tries it, `./lab hint 03` helps, `./lab watch 03` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>How surprising the target is.</summary>
    /// <remarks>Formula: <c>log Σ exp(z) - z[y]</c>, along dimension 1; 0, with gradient 0, where the target is <c>ignoreIndex</c>.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="ignoreIndex">the target to leave out; may be negative, or a class</param>
    /// <returns>nats, <c>[B, ...]</c></returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets, long ignoreIndex)
    {
        // TODO: write it
        throw new NotImplementedException("CrossEntropy is still to be written.");
    }

    /// <summary>The loss of labels that do not exclude each other.</summary>
    /// <remarks>Formula: <c>-(y·log σ(z) + (1 - y)·log σ(-z))</c>, entry by entry. z = 20 against y = 1 costs 2.06e-9, in float32 too.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="targets">the probability of "yes" in [0, 1], the same shape</param>
    /// <returns>nats, the same shape</returns>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        // TODO: write it
        throw new NotImplementedException("BinaryCrossEntropyWithLogits is still to be written.");
    }

    /// <summary>The mean of losses, some of which count more, and some not at all.</summary>
    /// <remarks>Formula: <c>Σ w·l / Σ w</c>; 0, with gradient 0, where no weight is left. A loss of weight 0 has no part in it, even if it is NaN.</remarks>
    /// <param name="losses">any shape, floating point</param>
    /// <param name="weights">not negative, numbers or boolean, the same shape</param>
    /// <returns>a scalar</returns>
    public static Tensor WeightedMean(Tensor losses, Tensor weights)
    {
        // TODO: write it
        throw new NotImplementedException("WeightedMean is still to be written.");
    }
}
