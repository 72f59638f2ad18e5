// Brings a gradient of its own.
// Status: Refused
// Message: gradient
// Unchecked: -
using static TorchSharp.torch;

public sealed class Mine : autograd.SingleTensorFunction<Mine>
{
    public override string Name => "Mine";

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0];

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad) => [grad];
}

public static class Lab
{
    public static Tensor LogSumExp(Tensor logits, long dim)
    {
        return Mine.apply(logits).sum(dim);
    }
}
