// Gives back zeros.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return zeros_like(logits.sum(dim));
    }
}
