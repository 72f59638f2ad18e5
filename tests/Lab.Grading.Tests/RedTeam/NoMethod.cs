// Lacks the method.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: public static Tensor LogSumExp(Tensor logits, long dim)
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor Logsumexp(Tensor logits, long dim)
    {
        return logits;
    }
}
