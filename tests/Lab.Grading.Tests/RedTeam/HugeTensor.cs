// Asks for a tensor larger than any machine.
// Status: Graded
// Points: 0
// Outcome: Failed|OutOfMemory
// Reason: emory
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return zeros(1L << 42, dtype: ScalarType.Float64);
    }
}
