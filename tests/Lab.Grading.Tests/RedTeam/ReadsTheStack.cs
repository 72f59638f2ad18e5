// Looks at who calls.
// Status: Refused
// Message: no other processes and the debugger
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        _ = new System.Diagnostics.StackTrace().ToString();
        return logits.sum(dim);
    }
}
