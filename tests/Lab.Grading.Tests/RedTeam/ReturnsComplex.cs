// Gives back complex numbers.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits.sum(dim).to(ScalarType.ComplexFloat64);
    }
}
