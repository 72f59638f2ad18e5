// Has the method twice.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: which one is meant
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }

    public static Tensor LogSumExp(Tensor logits) => logits;
}
