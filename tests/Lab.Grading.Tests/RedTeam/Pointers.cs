// Uses pointers.
// Status: DoesNotCompile
// Message: CS0227
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        unsafe
        {
            var x = 1;
            *&x = 2;
        }
        return logits;
    }
}
