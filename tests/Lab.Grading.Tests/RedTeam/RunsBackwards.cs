// Runs the graph backwards itself.
// Status: Refused
// Message: backward
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        logits.sum().backward();
        return logits.sum(dim);
    }
}
