// Multiplies what does not fit: LibTorch ends the process.
// Status: Graded
// Points: 0
// Outcome: Crashed|Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return ones(2, 3).matmul(ones(4, 5));
    }
}
