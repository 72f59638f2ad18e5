// Calls the kit's own op.
// Status: DoesNotCompile
// Message: 
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return Lab.Core.Activations.Activation.LogSumExp(logits, dim, false);
    }
}
