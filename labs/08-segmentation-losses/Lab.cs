using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 08: segmentation losses. `./lab check 08` tries it, `./lab hint 08` helps, `./lab watch 08` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>How far each class's region is from being found.</summary>
    /// <remarks>Formula, for one class of one image: <c>1 - 2·Σ p·y / (Σ p + Σ y)</c> with <c>p = softmax(z)</c> and y 0 or 1; then the mean over the classes that the image's targets show. 0 where every pixel is ignored.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss an image, <c>[B]</c></returns>
    public static Tensor Dice(Tensor logits, Tensor targets, long ignoreIndex)
    {
        // TODO: write it
        throw new NotImplementedException("Dice is still to be written.");
    }

    /// <summary>Cross-entropy that thinks less of pixels that are sure and right.</summary>
    /// <remarks>Formula: <c>-(1 - p)^γ·log p</c>, with p the probability of the target; 0 where the target is <c>ignoreIndex</c>. Near p = 1 the plain formula has the gradient 0·∞ for γ below 1.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="gamma">γ, not negative</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss a pixel, <c>[B, ...]</c></returns>
    public static Tensor Focal(Tensor logits, Tensor targets, double gamma, long ignoreIndex)
    {
        // TODO: write it
        throw new NotImplementedException("Focal is still to be written.");
    }

    /// <summary>The IoU of each class as a loss.</summary>
    /// <remarks>Formula, for one class of one image: errors <c>m = 1 - p</c> in the class's region and <c>m = p</c> outside; sorted so that m₁ ≥ m₂ ≥ ..., the loss is <c>Σ mᵢ·(Jᵢ - Jᵢ₋₁)</c> with <c>Jᵢ = 1 - (G - Fᵢ) / (G + Rᵢ)</c>: G pixels in the region, Fᵢ of the first i in it, Rᵢ not, J₀ = 0. Then the mean over the classes that the image shows. Of equal errors the first pixel counts as the greater.</remarks>
    /// <param name="logits"><c>[B, K, ...]</c>, floating point</param>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, ...]</c>, int64</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss an image, <c>[B]</c></returns>
    public static Tensor LovaszSoftmax(Tensor logits, Tensor targets, long ignoreIndex)
    {
        // TODO: write it
        throw new NotImplementedException("LovaszSoftmax is still to be written.");
    }
}
