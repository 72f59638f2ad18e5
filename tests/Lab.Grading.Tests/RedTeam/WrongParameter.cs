// Takes another type.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: another type than long
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, int dim)
    {
        return logits;
    }
}
