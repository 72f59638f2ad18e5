using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you resize logits and take the softmax afterwards: it is probabilities that are brought back and averaged.</summary>
public static class Lab
{
    public static Tensor TestTimeAugmentation(Func<Tensor, Tensor> model, Tensor images, IReadOnlyList<double> scales)
    {
        using var noGrad = no_grad();
        var (height, width) = (images.size(2), images.size(3));
        Tensor Sized(Tensor x, long h, long w) => F.interpolate(x, new[] { h, w }, mode: InterpolationMode.Bilinear, align_corners: false);
        long Side(long side, double scale) => Math.Max(1, (long)Math.Round(side * scale, MidpointRounding.AwayFromZero));
        var answers = new List<Tensor>();
        foreach (var scale in scales)
        {
            var view = Sized(images, Side(height, scale), Side(width, scale));
            answers.Add(Sized(model(view), height, width));
            answers.Add(Sized(model(view.flip(3)).flip(3), height, width));
        }
        return stack(answers).mean([0]).softmax(1);
    }
}
