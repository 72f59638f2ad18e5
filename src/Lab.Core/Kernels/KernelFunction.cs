using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Lab.Core.Kernels;

/// <summary>Makes kernels known to autograd.</summary>
internal sealed class KernelFunction : autograd.SingleTensorFunction<KernelFunction>
{
    private const string Which = "kernel";

    /// <summary>The last gradient of this thread: TorchSharp takes a reference of its own only after it was returned.</summary>
    [ThreadStatic]
    private static Tensor? handedOver;

    /// <inheritdoc/>
    public override string Name => "LabKernel";

    /// <summary>Runs a kernel; keeps what the gradient needs only where one will be asked for.</summary>
    public static Tensor Run(Kernel kernel, Tensor logits, params IEnumerable<Tensor> constants)
    {
        using var scope = NewDisposeScope();
        var dense = logits.contiguous();                              // where it copies, autograd knows
        Tensor[] others = [.. constants.Select(c => c.detach().contiguous())];
        var result = is_grad_enabled() && dense.requires_grad
            ? apply(dense, others, kernel)
            : kernel.Forward(dense, others, save: false).Result;
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var kernel = (Kernel)vars[2];
        ctx.set_materialize_grads(false);                             // they would be made from what dies with the scope
        ctx.save_data(Which, kernel);
        var (result, saved) = kernel.Forward((Tensor)vars[0], (Tensor[])vars[1], save: true);
        ctx.save_for_backward([.. saved]);
        return result;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        if (grad_output.IsInvalid)
            return [null!, null!, null!];                             // nothing comes from above
        handedOver?.Dispose();
        using var scope = NewDisposeScope();
        handedOver = Gradient(ctx, grad_output).DetachFromDisposeScope();
        grad_output.Dispose();
        return [handedOver, null!, null!];
    }

    /// <summary>An exception from here would end the process.</summary>
    private static Tensor Gradient(autograd.AutogradContext ctx, Tensor upstream)
    {
        var kernel = (Kernel)ctx.get_data(Which);
        List<Tensor> saved;
        try
        {
            saved = ctx.get_saved_variables();
        }
        catch (ExternalException)
        {
            return empty(0);                                          // changed in place: torch refuses this shape with an error
        }
        return is_grad_enabled() ? kernel.ReadableBackward(upstream, [.. saved]) : kernel.Backward(upstream.contiguous(), [.. saved]);
    }
}
