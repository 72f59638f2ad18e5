// Takes a tensor's handle.
// Status: Refused
// Message: Handle
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        _ = logits.Handle;
        return logits.sum(dim);
    }
}
