// Starts threads without end.
// Status: Refused
// Message: no threads and tasks
// Unchecked: 0
// Outcome: Crashed|OutOfMemory|Failed
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        while (true)
            new System.Threading.Thread(() => System.Threading.Thread.Sleep(100_000)).Start();
    }
}
