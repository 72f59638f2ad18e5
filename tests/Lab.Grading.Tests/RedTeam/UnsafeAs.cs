// Takes one type for another.
// Status: Refused
// Message: no the compiler
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        var x = new object();
        return System.Runtime.CompilerServices.Unsafe.As<object, Tensor>(ref x).sum(dim);
    }
}
