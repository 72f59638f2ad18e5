// Declares the system's namespace.
// Status: Refused
// Message: belongs to somebody else
// Unchecked: -
using static TorchSharp.torch;

namespace System.Fake
{
    public static class More
    {
        public static long Zero => 0;
    }
}

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits.sum(dim);
    }
}
