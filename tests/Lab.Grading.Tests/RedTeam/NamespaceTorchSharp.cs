// Declares the library's namespace.
// Status: Refused
// Message: belongs to somebody else
// Unchecked: -
using static TorchSharp.torch;

namespace TorchSharp.Fake
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
