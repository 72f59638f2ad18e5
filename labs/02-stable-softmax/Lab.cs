using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 02: the stable softmax family. `./lab check 02` tries it, `./lab hint 02` helps, `./lab watch 02` checks whenever you save.</summary>
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
        // TODO: write it
        throw new NotImplementedException("LogSumExp is still to be written.");
    }

    /// <summary>Probabilities from logits.</summary>
    /// <remarks>Formula: <c>exp(z) / Σ exp(z)</c> along a dimension.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <returns>probabilities, the shape of the logits</returns>
    public static Tensor Softmax(Tensor logits, long dim)
    {
        // TODO: write it
        throw new NotImplementedException("Softmax is still to be written.");
    }

    /// <summary>Log-probabilities from logits.</summary>
    /// <remarks>Formula: <c>z - log Σ exp(z)</c>. Not the logarithm of a softmax: that is -∞ where a probability rounds to 0.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <returns>log-probabilities, the shape of the logits</returns>
    public static Tensor LogSoftmax(Tensor logits, long dim)
    {
        // TODO: write it
        throw new NotImplementedException("LogSoftmax is still to be written.");
    }

    /// <summary>Probabilities over the entries that are allowed.</summary>
    /// <remarks>Formula: <c>exp(z)·m / Σ exp(z)·m</c>; all 0, and not NaN, where a row allows nothing.</remarks>
    /// <param name="logits">any shape, floating point</param>
    /// <param name="mask">true where an entry is allowed, boolean, of a shape that broadcasts to the logits'</param>
    /// <param name="dim">the dimension to work along; negative counts from the end</param>
    /// <returns>probabilities, the shape of the logits, exactly 0 where hidden</returns>
    public static Tensor MaskedSoftmax(Tensor logits, Tensor mask, long dim)
    {
        // TODO: write it
        throw new NotImplementedException("MaskedSoftmax is still to be written.");
    }
}
