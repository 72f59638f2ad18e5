// Calls itself without end.
// Status: Graded
// Points: 0
// Outcome: Crashed
// Reason: stack overflow
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return LogSumExp(logits, dim).add(1);
    }
}
