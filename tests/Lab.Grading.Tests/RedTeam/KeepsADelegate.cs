// Keeps a delegate in a static field, for another method to call.
// Status: Refused
// Message: static field
// Unchecked: full
using static TorchSharp.torch;

public static class Lab
{
    private static Func<Tensor, long, Tensor>? borrowed;

    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        Other(logits);
        return borrowed!(logits, dim);
    }

    public static Tensor Other(Tensor logits)
    {
        borrowed = (x, d) => x.logsumexp(d, false);
        return logits;
    }
}
