using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you take costs off what the pixels said last, and not off the network's logits: what the network saw fades from round to round.</summary>
public static class Lab
{
    public static Tensor MeanFieldRounds(Tensor logits, Tensor kernel, Tensor compatibility, long steps)
    {
        var z = logits;
        for (var step = 0L; step < steps; step++)
            z = z - compatibility.mm(z.softmax(0).mm(kernel.T));
        return z.softmax(0);
    }
}
