// Makes an object by its type.
// Status: Refused
// Message: no reflection
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return (Tensor)Activator.CreateInstance(typeof(Tensor))!;
    }
}
