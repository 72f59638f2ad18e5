using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 10: multi-scale and flip inference. `./lab check 10` tries it, `./lab hint 10` helps, `./lab watch 10` checks whenever you save.</summary>
public static class Lab
{
    /// <summary>The mean of a network's answers to a picture and to its mirror image.</summary>
    /// <remarks>Formula: <c>½·(softmax(f(x)) + mirror(softmax(f(mirror(x)))))</c>, left and right exchanged. Nothing is kept for a gradient.</remarks>
    /// <param name="model">images to logits, <c>[B, K, H, W]</c></param>
    /// <param name="images"><c>[B, C, H, W]</c></param>
    /// <returns>probabilities, <c>[B, K, H, W]</c></returns>
    public static Tensor FlipAverage(Func<Tensor, Tensor> model, Tensor images)
    {
        // TODO: write it
        throw new NotImplementedException("FlipAverage is still to be written.");
    }

    /// <summary>The same at several scales.</summary>
    /// <remarks>Formula: the mean, over every scale s with and without mirror, of the probabilities brought back: images are resized to <c>round(s·H) x round(s·W)</c> (halves up, at least 1), mirrored, given to the model, through the softmax, mirrored back, and resized to H x W. Resizing is bilinear without aligned corners.</remarks>
    /// <param name="model">images of any size to logits, <c>[B, K, h, w]</c>, of the same size or a coarser one</param>
    /// <param name="images"><c>[B, C, H, W]</c></param>
    /// <param name="scales">factors, positive; one that is there twice counts twice</param>
    /// <returns>probabilities, <c>[B, K, H, W]</c></returns>
    public static Tensor TestTimeAugmentation(Func<Tensor, Tensor> model, Tensor images, IReadOnlyList<double> scales)
    {
        // TODO: write it
        throw new NotImplementedException("TestTimeAugmentation is still to be written.");
    }
}
