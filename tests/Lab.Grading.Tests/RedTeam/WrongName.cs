// Names a parameter otherwise.
// Status: Graded
// Points: 0
// Outcome: Missing
// Reason: not among those
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor z, long dim)
    {
        return z;
    }
}
