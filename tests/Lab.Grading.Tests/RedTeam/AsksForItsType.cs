// Asks an object for its type.
// Status: Refused
// Message: GetType
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        _ = logits.GetType().Assembly;
        return logits.sum(dim);
    }
}
