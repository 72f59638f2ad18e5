using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: at temperature 0 you divide by 0: the result is NaN or infinite. The limit is greedy decoding.</summary>
public static class Lab
{
    public static Tensor TemperedLogits(Tensor logits, double temperature)
    {
        return logits / temperature;
    }
}
