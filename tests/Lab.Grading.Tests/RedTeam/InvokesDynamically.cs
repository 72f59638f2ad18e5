// Invokes a delegate dynamically.
// Status: Refused
// Message: DynamicInvoke
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        Func<Tensor, Tensor> f = x => x.sum(0);
        return (Tensor)f.DynamicInvoke(logits)!;
    }
}
