using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        if (logits is null)
            throw new ArgumentNullException(nameof(logits));
        using var scope = NewDisposeScope();
        var most = logits.amax([dim], keepdim: true).detach();
        var shift = most.masked_fill(most.isinf(), 0);
        var sum = (logits - shift).exp().sum(dim, keepdim: true);
        var empty = most.isneginf();
        var result = (sum.masked_fill(empty, 1).log() + shift).masked_fill(empty, double.NegativeInfinity).squeeze(dim);
        return result.MoveToOuterDisposeScope();
    }
}
