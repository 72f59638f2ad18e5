using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 01: heads on a backbone. `./lab check 01` tries it, `./lab hint 01` helps, `./lab watch 01` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>Two linear layers, each with a ReLU behind it.</summary>
    /// <remarks>Formula: <c>relu(relu(x·W1ᵀ + b1)·W2ᵀ + b2)</c>.</remarks>
    /// <param name="x">a batch, <c>[B, D]</c>, floating point</param>
    /// <param name="weight1"><c>[K, D]</c></param>
    /// <param name="bias1"><c>[K]</c></param>
    /// <param name="weight2"><c>[K, K]</c></param>
    /// <param name="bias2"><c>[K]</c></param>
    /// <returns>features, <c>[B, K]</c></returns>
    public static Tensor Backbone(Tensor x, Tensor weight1, Tensor bias1, Tensor weight2, Tensor bias2)
    {
        // TODO: two layers, two ReLUs
        throw new NotImplementedException("Backbone is still to be written.");
    }

    /// <summary>The classifier's head: one raw score a class.</summary>
    /// <remarks>Formula: <c>features·Wᵀ + b</c>. The loss applies the softmax; the head does not.</remarks>
    /// <param name="features"><c>[B, D]</c></param>
    /// <param name="weight"><c>[K, D]</c></param>
    /// <param name="bias"><c>[K]</c></param>
    /// <returns>logits, <c>[B, K]</c></returns>
    public static Tensor ClassLogits(Tensor features, Tensor weight, Tensor bias)
    {
        // TODO: write it
        throw new NotImplementedException("ClassLogits is still to be written.");
    }

    /// <summary>The head of a regression: one number an example.</summary>
    /// <remarks>Formula: <c>features·wᵀ + b</c>, without the dimension that holds only one output.</remarks>
    /// <param name="features"><c>[B, D]</c></param>
    /// <param name="weight"><c>[1, D]</c></param>
    /// <param name="bias"><c>[1]</c></param>
    /// <returns>predictions, <c>[B]</c>: the shape of the targets</returns>
    public static Tensor Prediction(Tensor features, Tensor weight, Tensor bias)
    {
        // TODO: write it
        throw new NotImplementedException("Prediction is still to be written.");
    }

    /// <summary>The head of an embedding: a vector of length 1 an example.</summary>
    /// <remarks>Formula: <c>v / max(|v|, 1e-12)</c> with <c>v = features·Wᵀ</c>.</remarks>
    /// <param name="features"><c>[B, D]</c></param>
    /// <param name="weight"><c>[K, D]</c></param>
    /// <returns>vectors, <c>[B, K]</c>; all 0 where v is</returns>
    public static Tensor Embedding(Tensor features, Tensor weight)
    {
        // TODO: write it
        throw new NotImplementedException("Embedding is still to be written.");
    }

    /// <summary>What two heads cost together: cross-entropy of the classes, squared error of the number.</summary>
    /// <remarks>Formula: <c>log Σ exp(z) - z[y] + (p - v)²</c>, example by example.</remarks>
    /// <param name="logits"><c>[B, K]</c></param>
    /// <param name="labels">classes, <c>[B]</c>, int64</param>
    /// <param name="predictions"><c>[B]</c></param>
    /// <param name="values"><c>[B]</c></param>
    /// <returns>losses, <c>[B]</c>: the caller takes the mean</returns>
    public static Tensor JointLoss(Tensor logits, Tensor labels, Tensor predictions, Tensor values)
    {
        // TODO: write it
        throw new NotImplementedException("JointLoss is still to be written.");
    }
}
