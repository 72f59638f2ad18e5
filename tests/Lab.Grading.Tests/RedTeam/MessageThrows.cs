// Throws what throws when it is asked.
// Status: Graded
// Points: 0
// Outcome: Failed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        throw new Mean();
    }
}

public sealed class Mean : Exception
{
    public override string Message => throw new Mean();
}
