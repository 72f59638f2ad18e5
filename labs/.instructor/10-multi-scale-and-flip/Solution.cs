using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Lab 10, solved.</summary>
public static class Lab
{
    /// <summary>The mean of a network's answers to a picture and to its mirror image.</summary>
    /// <remarks>Formula: <c>½·(softmax(f(x)) + mirror(softmax(f(mirror(x)))))</c>, left and right exchanged. Nothing is kept for a gradient.</remarks>
    /// <param name="model">images to logits, <c>[B, K, H, W]</c></param>
    /// <param name="images"><c>[B, C, H, W]</c></param>
    /// <returns>probabilities, <c>[B, K, H, W]</c></returns>
    public static Tensor FlipAverage(Func<Tensor, Tensor> model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var plain = model(images).softmax(1);
        var mirrored = model(images.flip(3)).softmax(1).flip(3);
        return ((plain + mirrored) / 2).MoveToOuterDisposeScope();
    }

    /// <summary>The same at several scales.</summary>
    /// <remarks>Formula: the mean, over every scale s with and without mirror, of the probabilities brought back: images are resized to <c>round(s·H) x round(s·W)</c> (halves up, at least 1), mirrored, given to the model, through the softmax, mirrored back, and resized to H x W. Resizing is bilinear without aligned corners.</remarks>
    /// <param name="model">images of any size to logits, <c>[B, K, h, w]</c>, of the same size or a coarser one</param>
    /// <param name="images"><c>[B, C, H, W]</c></param>
    /// <param name="scales">factors, positive; one that is there twice counts twice</param>
    /// <returns>probabilities, <c>[B, K, H, W]</c></returns>
    public static Tensor TestTimeAugmentation(Func<Tensor, Tensor> model, Tensor images, IReadOnlyList<double> scales)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (height, width) = (images.size(2), images.size(3));
        Tensor Sized(Tensor x, long h, long w) => F.interpolate(x, new[] { h, w }, mode: InterpolationMode.Bilinear, align_corners: false);
        long Side(long side, double scale) => Math.Max(1, (long)Math.Round(side * scale, MidpointRounding.AwayFromZero));
        var answers = new List<Tensor>();
        foreach (var scale in scales)
        {
            var view = Sized(images, Side(height, scale), Side(width, scale));
            answers.Add(Sized(model(view).softmax(1), height, width));
            answers.Add(Sized(model(view.flip(3)).softmax(1).flip(3), height, width));
        }
        return stack(answers).mean([0]).MoveToOuterDisposeScope();
    }
}
