// Gives back nothing.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return null!;
    }
}
