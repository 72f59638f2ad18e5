// Asks for the internals of another assembly.
// Status: Refused
// Message: attribute
// Unchecked: -
using static TorchSharp.torch;

[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Lab.Grading")]

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits;
    }
}
