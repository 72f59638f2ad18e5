// Keeps what it saw from call to call.
// Status: Refused
// Message: static field
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    private static readonly Dictionary<string, Tensor> seen = [];

    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        seen[logits.ToString()] = logits;
        return logits.sum(dim);
    }
}
