using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>Known to be wrong: you set the hidden probabilities to 0 after the softmax, and the others no longer sum to 1: what is hidden must not be in the sum.</summary>
public static class Lab
{
    public static Tensor MaskedSoftmax(Tensor logits, Tensor mask, long dim)
    {
        var e = (logits - logits.detach().amax([dim], keepdim: true)).exp();
        return (e / e.sum(dim, keepdim: true)).masked_fill(mask.logical_not(), 0);
    }
}
