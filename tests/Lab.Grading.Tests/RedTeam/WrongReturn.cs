// Returns another type.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: must return Tensor
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static double LogSumExp(Tensor logits, long dim)
    {
        return 0.0;
    }
}
