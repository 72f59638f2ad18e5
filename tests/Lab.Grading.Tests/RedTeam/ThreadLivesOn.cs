// Leaves a thread behind that works on.
// Status: Refused
// Message: no threads and tasks
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        new System.Threading.Thread(() => { while (true) Console.WriteLine("passed"); }) { IsBackground = true }.Start();
        return logits.sum(dim);
    }
}
