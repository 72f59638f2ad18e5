using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 01, solved.</summary>
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
        using var scope = NewDisposeScope();
        var hidden = F.relu(F.linear(x, weight1, bias1));
        return F.relu(F.linear(hidden, weight2, bias2)).MoveToOuterDisposeScope();
    }

    /// <summary>The classifier's head: one raw score a class.</summary>
    /// <remarks>Formula: <c>features·Wᵀ + b</c>. The loss applies the softmax; the head does not.</remarks>
    /// <param name="features"><c>[B, D]</c></param>
    /// <param name="weight"><c>[K, D]</c></param>
    /// <param name="bias"><c>[K]</c></param>
    /// <returns>logits, <c>[B, K]</c></returns>
    public static Tensor ClassLogits(Tensor features, Tensor weight, Tensor bias)
    {
        return F.linear(features, weight, bias);
    }

    /// <summary>The head of a regression: one number an example.</summary>
    /// <remarks>Formula: <c>features·wᵀ + b</c>, without the dimension that holds only one output.</remarks>
    /// <param name="features"><c>[B, D]</c></param>
    /// <param name="weight"><c>[1, D]</c></param>
    /// <param name="bias"><c>[1]</c></param>
    /// <returns>predictions, <c>[B]</c>: the shape of the targets</returns>
    public static Tensor Prediction(Tensor features, Tensor weight, Tensor bias)
    {
        return F.linear(features, weight, bias).squeeze(1);
    }

    /// <summary>The head of an embedding: a vector of length 1 an example.</summary>
    /// <remarks>Formula: <c>v / max(|v|, 1e-12)</c> with <c>v = features·Wᵀ</c>.</remarks>
    /// <param name="features"><c>[B, D]</c></param>
    /// <param name="weight"><c>[K, D]</c></param>
    /// <returns>vectors, <c>[B, K]</c>; all 0 where v is</returns>
    public static Tensor Embedding(Tensor features, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var v = F.linear(features, weight);
        var squares = v.square().sum(1, keepdim: true);
        var none = squares == 0;
        var length = squares.masked_fill(none, 1).sqrt().clamp_min(1e-12);      // the root of 0 has an infinite slope
        return (v / length).MoveToOuterDisposeScope();
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
        using var scope = NewDisposeScope();
        var hit = logits.gather(1, labels.unsqueeze(1)).squeeze(1);
        return (logits.logsumexp(1) - hit + (predictions - values).square()).MoveToOuterDisposeScope();
    }
}
