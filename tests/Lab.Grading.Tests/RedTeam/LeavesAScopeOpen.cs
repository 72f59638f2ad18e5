// Opens a scope and leaves it open.
// Status: Graded
// Points: full|0
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        _ = NewDisposeScope();
        var most = logits.amax([dim], keepdim: true);
        var shift = most.masked_fill(most.isinf(), 0);
        return (logits - shift).exp().sum(dim, keepdim: true).log().add(shift).squeeze(dim);
    }
}
