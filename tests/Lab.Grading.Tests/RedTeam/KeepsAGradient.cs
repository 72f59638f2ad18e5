// Has a tensor keep its gradient.
// Status: Refused
// Message: retain_grad
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        logits.retain_grad();
        return logits.sum(dim);
    }
}
