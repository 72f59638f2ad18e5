using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 02, solved.</summary>
public static class Lab
{
    /// <summary>The logarithm of a sum of exponentials.</summary>
    /// <remarks>Formula: <c>log Σ exp(z)</c>. It is -∞ where all entries are -∞, with gradient 0, and +∞ where one is +∞.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <param name="keepdim">whether the dimension stays, with size 1</param>
    /// <returns>the shape of the logits without <c>dim</c>, or with a 1 there</returns>
    public static Tensor LogSumExp(Tensor logits, long dim, bool keepdim)
    {
        using var scope = NewDisposeScope();
        var max = logits.detach().amax([dim], keepdim: true);
        var shift = max.masked_fill(max.isfinite().logical_not(), 0);          // ∞ - ∞ would be NaN
        var sum = (logits - shift).exp().sum(dim, keepdim: true);
        var none = max.isneginf();
        var result = (sum.masked_fill(none, 1).log() + shift).masked_fill(none, double.NegativeInfinity);
        return (keepdim ? result : result.squeeze(dim)).MoveToOuterDisposeScope();
    }

    /// <summary>Probabilities from logits.</summary>
    /// <remarks>Formula: <c>exp(z) / Σ exp(z)</c> along a dimension.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <returns>probabilities, the shape of the logits</returns>
    public static Tensor Softmax(Tensor logits, long dim)
    {
        using var scope = NewDisposeScope();
        var e = (logits - logits.detach().amax([dim], keepdim: true)).exp();
        return (e / e.sum(dim, keepdim: true)).MoveToOuterDisposeScope();
    }

    /// <summary>Log-probabilities from logits.</summary>
    /// <remarks>Formula: <c>z - log Σ exp(z)</c>. Not the logarithm of a softmax: that is -∞ where a probability rounds to 0.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <returns>log-probabilities, the shape of the logits</returns>
    public static Tensor LogSoftmax(Tensor logits, long dim)
    {
        using var scope = NewDisposeScope();
        var shifted = logits - logits.detach().amax([dim], keepdim: true);
        return (shifted - shifted.exp().sum(dim, keepdim: true).log()).MoveToOuterDisposeScope();
    }

    /// <summary>Probabilities over the entries that are allowed.</summary>
    /// <remarks>Formula: <c>exp(z)·m / Σ exp(z)·m</c>; all 0, and not NaN, where a row allows nothing.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="mask">true where an entry is allowed, boolean, of a shape that broadcasts to the logits'</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <returns>probabilities, the shape of the logits, exactly 0 where hidden</returns>
    public static Tensor MaskedSoftmax(Tensor logits, Tensor mask, long dim)
    {
        using var scope = NewDisposeScope();
        var allowed = mask.expand(logits.shape);
        var z = logits.masked_fill(allowed.logical_not(), double.NegativeInfinity);
        var max = z.detach().amax([dim], keepdim: true);
        var e = (z - max.masked_fill(max.isneginf(), 0)).exp();
        var sum = e.sum(dim, keepdim: true);
        return (e / sum.masked_fill(sum == 0, 1)).MoveToOuterDisposeScope();
    }
}
