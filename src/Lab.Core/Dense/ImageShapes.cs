using System.Runtime.CompilerServices;
using Lab.Core.Runtime;
using static TorchSharp.torch;

namespace Lab.Core.Dense;

/// <summary>The one shape dialect of dense outputs: <c>[B, C, H, W]</c>, batch, channels, height, width.</summary>
internal static class ImageShapes
{
    /// <summary>Floating point, <c>[B, C, H, W]</c>, with at least one channel and one pixel.</summary>
    public static void RequireImages(Tensor images, [CallerArgumentExpression(nameof(images))] string? name = null)
    {
        Require.FloatingPoint(images, name);
        if (images.shape is not [_, > 0, > 0, > 0])
            throw Require.BadShape(images, "[B, C, H, W] with C, H, W >= 1", name);
    }

    /// <summary>Images that fit a module: its channels, dtype and device, and sides long enough.</summary>
    /// <param name="images">What the module is given.</param>
    /// <param name="like">A parameter of the module.</param>
    /// <param name="channels">How many it reads.</param>
    /// <param name="least">The shortest side it can read.</param>
    /// <param name="name">The name of the argument.</param>
    public static void RequireFit(
        Tensor images, Tensor like, long channels, long least = 1, [CallerArgumentExpression(nameof(images))] string? name = null)
    {
        Require.FloatingPoint(images, name);
        if (images.shape is not [_, var c, var h, var w] || c != channels || h < least || w < least)
            throw Require.BadShape(images, $"[B, {channels}, H, W] with H, W >= {least}", name);
        Require.SameDtype(images, like, name, "the module");
        Require.SameDevice(images, like, name, "the module");
    }

    /// <summary>A weight of a convolution, <c>[a, b, h, w]</c>, whose dimension <paramref name="dim"/> counts the images' channels.</summary>
    public static void RequireKernel(
        Tensor weight, Tensor images, int dim, string wanted,
        [CallerArgumentExpression(nameof(weight))] string? name = null,
        [CallerArgumentExpression(nameof(images))] string? imagesName = null)
    {
        ArgumentNullException.ThrowIfNull(weight, name);
        if (weight.shape is not [> 0, > 0, > 0, > 0] || weight.size(dim) != images.size(1))
            throw Require.BadShape(weight, $"{wanted} with C = {images.size(1)}, as the {imagesName} have", name);
        Require.SameDtype(weight, images, name, imagesName);
        Require.SameDevice(weight, images, name, imagesName);
    }
}
