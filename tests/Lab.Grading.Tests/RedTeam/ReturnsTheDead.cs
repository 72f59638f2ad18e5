// Gives back a disposed tensor.
// Status: Graded
// Points: 0
// Outcome: Failed
// Reason: disposed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        var result = logits.sum(dim);
        result.Dispose();
        return result;
    }
}
