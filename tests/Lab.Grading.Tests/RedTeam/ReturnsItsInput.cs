// Gives back its input.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}
