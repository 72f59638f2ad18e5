// Never ends.
// Status: Graded
// Points: 0
// Outcome: TimedOut
// Reason: did not end in time
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        while (true) { }
    }
}
