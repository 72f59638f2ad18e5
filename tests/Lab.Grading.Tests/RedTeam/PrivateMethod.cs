// Hides the method.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: public and static
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    private static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}
