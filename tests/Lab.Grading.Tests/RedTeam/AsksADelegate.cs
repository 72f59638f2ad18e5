// Gets at reflection through a delegate.
// Status: Refused
// Message: Method
// Unchecked: 0
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        Func<Tensor, Tensor> f = x => x;
        _ = f.Method.DeclaringType!.Assembly;
        return logits.sum(dim);
    }
}
