using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 12: blocks of an Attention U-Net. `./lab check 12` tries it, `./lab hint 12` helps, `./lab watch 12` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>Brings images to another size, bilinearly, by hand.</summary>
    /// <remarks>Formula: pixel i of the result lies at <c>max(0, (i + ½)·from/to - ½)</c>; between two pixels, both count by how near they are. Corners are not aligned; beyond the last pixel it goes on.</remarks>
    /// <param name="images"><c>[..., H, W]</c>, of rank 2 or more</param>
    /// <param name="height">the new height</param>
    /// <param name="width">the new width</param>
    /// <returns><c>[..., height, width]</c></returns>
    public static Tensor Resize(Tensor images, long height, long width)
    {
        // TODO: write it
        throw new NotImplementedException("Resize is still to be written.");
    }

    /// <summary>The step up of a decoder.</summary>
    /// <remarks>A transposed convolution of 2 x 2 with stride 2 doubles the map from below; it is resized (bilinear, corners not aligned) to the size of the skip connection, where that is odd; and both lie side by side, the skip connection first.</remarks>
    /// <param name="below"><c>[B, G, h, w]</c></param>
    /// <param name="skip"><c>[B, C, H, W]</c></param>
    /// <param name="weight"><c>[G, C, 2, 2]</c></param>
    /// <param name="bias"><c>[C]</c></param>
    /// <returns><c>[B, 2·C, H, W]</c></returns>
    public static Tensor JoinSkip(Tensor below, Tensor skip, Tensor weight, Tensor bias)
    {
        // TODO: write it
        throw new NotImplementedException("JoinSkip is still to be written.");
    }

    /// <summary>Lets through of a skip connection what the decoder asks for.</summary>
    /// <remarks>Formula: <c>α = σ(ψ·relu(W·x + U·g + a) + b)</c>, one number a pixel, and the result is <c>α·x</c>. U·g + a is resized (bilinear, corners not aligned) to the size of x. All layers are 1 x 1 convolutions.</remarks>
    /// <param name="gating">g, from below, <c>[B, G, h, w]</c></param>
    /// <param name="skip">x, <c>[B, C, H, W]</c></param>
    /// <param name="gateWeight">U, <c>[I, G, 1, 1]</c></param>
    /// <param name="gateBias">a, <c>[I]</c></param>
    /// <param name="skipWeight">W, <c>[I, C, 1, 1]</c></param>
    /// <param name="psiWeight">ψ, <c>[1, I, 1, 1]</c></param>
    /// <param name="psiBias">b, <c>[1]</c></param>
    /// <returns><c>[B, C, H, W]</c></returns>
    public static Tensor GateSkip(Tensor gating, Tensor skip, Tensor gateWeight, Tensor gateBias, Tensor skipWeight, Tensor psiWeight, Tensor psiBias)
    {
        // TODO: write it
        throw new NotImplementedException("GateSkip is still to be written.");
    }
}
