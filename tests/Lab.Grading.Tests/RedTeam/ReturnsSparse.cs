// Gives back a sparse tensor.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return sparse_coo_tensor(zeros(1, 1, dtype: ScalarType.Int64), ones(1), [3]);
    }
}
