// Stands outside any class.
// Status: DoesNotCompile
// Message: 
// Unchecked: -
using static TorchSharp.torch;

Console.WriteLine("passed");

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}
