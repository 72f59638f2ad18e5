// Replaces the console.
// Status: Refused
// Message: Console.SetOut
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        Console.SetOut(null!);
        return logits.sum(dim);
    }
}
