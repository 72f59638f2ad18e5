using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take a softmax over the pixels: they then share one gate among them. Each pixel has its own, a sigmoid.</summary>
public static class Lab
{
    public static Tensor GateSkip(Tensor gating, Tensor skip, Tensor gateWeight, Tensor gateBias, Tensor skipWeight, Tensor psiWeight, Tensor psiBias)
    {
        var asked = F.interpolate(F.conv2d(gating, gateWeight, gateBias), new[] { skip.size(2), skip.size(3) }, mode: InterpolationMode.Bilinear, align_corners: false);
        var z = F.conv2d(F.relu(asked + F.conv2d(skip, skipWeight)), psiWeight, psiBias);
        return z.flatten(2).softmax(2).reshape(z.shape) * skip;
    }
}
