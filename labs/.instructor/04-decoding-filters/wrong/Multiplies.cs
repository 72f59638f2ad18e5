using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you multiply by the temperature: that flattens where it should sharpen.</summary>
public static class Lab
{
    public static Tensor TemperedLogits(Tensor logits, double temperature)
    {
        return temperature > 0 ? logits * temperature : logits.masked_fill((arange(logits.size(1)) == logits.argmax(1, keepdim: true)).logical_not(), double.NegativeInfinity);
    }
}
