using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you add the gated map to the skip connection: nothing can be shut out that way.</summary>
public static class Lab
{
    public static Tensor GateSkip(Tensor gating, Tensor skip, Tensor gateWeight, Tensor gateBias, Tensor skipWeight, Tensor psiWeight, Tensor psiBias)
    {
        var asked = F.interpolate(F.conv2d(gating, gateWeight, gateBias), new[] { skip.size(2), skip.size(3) }, mode: InterpolationMode.Bilinear, align_corners: false);
        return (F.conv2d(F.relu(asked + F.conv2d(skip, skipWeight)), psiWeight, psiBias).sigmoid() + 1) * skip;
    }
}
