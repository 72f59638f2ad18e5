// Lets another thread die of an exception.
// Status: Refused
// Message: no threads and tasks
// Unchecked: 0
// Outcome: Failed|Crashed
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        new System.Threading.Thread(() => throw new InvalidOperationException()).Start();
        return zeros_like(logits.sum(dim));
    }
}
