// Has another class.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: There is no class Lab
// Unchecked: -
using static TorchSharp.torch;

public static class Labs
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}
