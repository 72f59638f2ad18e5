// An error behind a line directive is still told at its own line.
// Status: DoesNotCompile
// Message: line 12,
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        #line 500 "Other.cs"
        return nothing;
    }
}
