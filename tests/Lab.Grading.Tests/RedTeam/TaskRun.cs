// Works on another thread.
// Status: Refused
// Message: no threads and tasks
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return System.Threading.Tasks.Task.Run(() => logits.sum(dim)).Result;
    }
}
