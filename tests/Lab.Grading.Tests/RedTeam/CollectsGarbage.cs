// Plays with the garbage collector.
// Status: Refused
// Message: no the garbage collector
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        GC.Collect();
        return logits;
    }
}
