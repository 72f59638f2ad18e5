using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you leave out the mirrored views.</summary>
public static class Lab
{
    public static Tensor TestTimeAugmentation(Func<Tensor, Tensor> model, Tensor images, IReadOnlyList<double> scales)
    {
        using var noGrad = no_grad();
        var (height, width) = (images.size(2), images.size(3));
        Tensor Sized(Tensor x, long h, long w) => F.interpolate(x, new[] { h, w }, mode: InterpolationMode.Bilinear, align_corners: false);
        long Side(long side, double scale) => Math.Max(1, (long)Math.Round(side * scale, MidpointRounding.AwayFromZero));
        return stack(scales.Select(s => Sized(model(Sized(images, Side(height, s), Side(width, s))).softmax(1), height, width)).ToList()).mean([0]);
    }
}
