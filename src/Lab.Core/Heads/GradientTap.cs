using static TorchSharp.torch;

namespace Lab.Core.Heads;

/// <summary>The identity, with a listener for the gradient that passes through it on the way back.</summary>
/// <remarks>
/// TorchSharp has no hooks on tensors. The result is a copy, since a result that is the input itself may not be changed in
/// place by the next layer, as an in-place ReLU does.
/// </remarks>
internal sealed class GradientTap : autograd.SingleTensorFunction<GradientTap>
{
    private const string Listener = "listener";

    public override string Name => nameof(GradientTap);

    public static Tensor Of(Tensor output, Action<Tensor> listener) => apply(output, listener);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Listener, vars[1]);
        return ((Tensor)vars[0]).clone();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action<Tensor>)ctx.get_data(Listener))(grad_output);
        return [grad_output, null!];
    }
}
