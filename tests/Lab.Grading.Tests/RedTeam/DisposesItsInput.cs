// Disposes what it was given.
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
        var result = logits.clone().sum(dim);
        logits.Dispose();
        return result;
    }
}
