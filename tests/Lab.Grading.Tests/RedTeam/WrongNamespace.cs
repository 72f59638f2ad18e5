// Stands in a namespace.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: stands inside Mine
// Unchecked: -
using static TorchSharp.torch;

namespace Mine;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}
