using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 09: losses that look at boundaries. `./lab check 09` tries it, `./lab hint 09` helps, `./lab watch 09` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>How strong an edge of a label map is, at every pixel.</summary>
    /// <remarks>Formula, for each class: <c>√(gx² + gy²) / 4</c> of the class's map of 0 and 1, with Sobel's <c>gx = [-1 0 1; -2 0 2; -1 0 1]</c> and gy its transpose; the greatest over the classes, at most 1. Beyond the rim the outermost pixels go on; an ignored neighbour counts as being like the pixel itself, and an ignored pixel has strength 0.</remarks>
    /// <param name="targets">classes in [0, K) or <c>ignoreIndex</c>, <c>[B, H, W]</c>, int64</param>
    /// <param name="classes">K</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>strengths in [0, 1], <c>[B, H, W]</c>, float64</returns>
    public static Tensor Sobel(Tensor targets, long classes, long ignoreIndex)
    {
        // TODO: write it
        throw new NotImplementedException("Sobel is still to be written.");
    }

    /// <summary>Cross-entropy that looks harder beside edges.</summary>
    /// <remarks>Formula: <c>(1 + λ·edge)·(log Σ exp(z) - z[y])</c>, pixel by pixel, with the edges of Sobel above; 0 where the target is ignored.</remarks>
    /// <param name="logits"><c>[B, K, H, W]</c></param>
    /// <param name="targets"><c>[B, H, W]</c>, int64</param>
    /// <param name="strength">λ, not negative</param>
    /// <param name="ignoreIndex">the target to leave out</param>
    /// <returns>one loss a pixel, <c>[B, H, W]</c></returns>
    public static Tensor EdgeWeightedCrossEntropy(Tensor logits, Tensor targets, double strength, long ignoreIndex)
    {
        // TODO: write it
        throw new NotImplementedException("EdgeWeightedCrossEntropy is still to be written.");
    }

    /// <summary>How far every pixel is from the boundary of a region: negative inside.</summary>
    /// <remarks>The boundary lies halfway between a pixel inside and its neighbour outside. Outside: the distance to the nearest pixel of the region, less ½. Inside: ½ less the distance to the nearest pixel that is not in it. Without a boundary, 0.</remarks>
    /// <param name="mask">true in the region, boolean, <c>[..., H, W]</c></param>
    /// <returns>pixels, the shape of the mask, float64</returns>
    public static Tensor SignedEuclidean(Tensor mask)
    {
        // TODO: write it
        throw new NotImplementedException("SignedEuclidean is still to be written.");
    }

    /// <summary>Each pixel's probability costs its distance to the boundary.</summary>
    /// <remarks>Formula, pixel by pixel: <c>(1/K)·Σ φ[k]·p[k]</c> with <c>p = softmax(z)</c> and φ[k] the signed distance to the boundary of class k's region.</remarks>
    /// <param name="logits"><c>[B, K, H, W]</c></param>
    /// <param name="targets"><c>[B, H, W]</c>, int64, nothing ignored</param>
    /// <returns><c>[B, H, W]</c>, of either sign</returns>
    public static Tensor Boundary(Tensor logits, Tensor targets)
    {
        // TODO: write it
        throw new NotImplementedException("Boundary is still to be written.");
    }
}
