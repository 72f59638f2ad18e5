// Hides a call behind dynamic.
// Status: Refused
// Message: dynamic
// Unchecked: full
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        dynamic x = logits;
        return x.logsumexp(dim, false);
    }
}
