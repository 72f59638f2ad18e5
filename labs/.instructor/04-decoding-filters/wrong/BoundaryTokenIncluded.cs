using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you keep one token too many: where the mass before a token is exactly p, p is reached, and the token is out. Of [.5, .25, .25] p = .5 keeps the first alone.</summary>
public static class Lab
{
    public static Tensor Nucleus(Tensor logits, double p)
    {
        if (p == 1)
            return logits.clone();
        var (sorted, order) = logits.to(ScalarType.Float64).sort(1, descending: true, stable: true);
        var mass = sorted.softmax(1);
        var count = (mass.cumsum(1) - mass <= p + 1e-6).sum(1, keepdim: true).clamp(min: 1);
        return logits.masked_fill(order.argsort(1) >= count, double.NegativeInfinity);
    }
}
