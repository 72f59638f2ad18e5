// Compiles an expression tree.
// Status: Refused
// Message: no code made at run time
// Unchecked: full
using static TorchSharp.torch;

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        System.Linq.Expressions.Expression<Func<Tensor, Tensor>> e = x => x.logsumexp(dim, false);
        return e.Compile()(logits);
    }
}
