// Sleeps.
// Status: Refused
// Message: no threads and tasks
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        System.Threading.Thread.Sleep(1_000_000);
        return logits;
    }
}
