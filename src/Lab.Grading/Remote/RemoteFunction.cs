using static TorchSharp.torch;

namespace Lab.Grading.Remote;

/// <summary>Makes a graph that lies in another process known to autograd.</summary>
internal sealed class RemoteFunction : autograd.SingleTensorFunction<RemoteFunction>
{
    private const string Which = "graph";

    /// <summary>The last gradients of this thread: TorchSharp takes references of its own only after they were returned.</summary>
    [ThreadStatic]
    private static Tensor?[]? handedOver;

    /// <inheritdoc/>
    public override string Name => "Student";

    /// <summary>The numbers, as a result of the inputs.</summary>
    public static Tensor Follow(RemoteGraph graph, Tensor numbers, IReadOnlyList<Tensor> inputs) =>
        apply([new Step(graph, numbers), .. inputs]);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var step = (Step)vars[0];
        ctx.set_materialize_grads(false);
        ctx.save_data(Which, step.Graph);
        ctx.save_for_backward([.. vars.Skip(1).Cast<Tensor>()]);
        return step.Numbers.alias();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var inputs = ctx.get_saved_variables();
        foreach (var old in handedOver ?? [])
            old?.Dispose();
        handedOver = null;
        using var scope = NewDisposeScope();
        var found = new Tensor?[inputs.Count];
        if (!grad_output.IsInvalid)
        {
            try
            {
                found = ((RemoteGraph)ctx.get_data(Which)).Backward(grad_output, inputs);
            }
#pragma warning disable CA1031 // An exception from here would end the judge; the process that failed is told of where it is asked next.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                ((RemoteGraph)ctx.get_data(Which)).Link.Spoil($"The gradient could not be computed: {problem.Message}");
                found = [.. inputs.Select(t => t.is_floating_point() ? full_like(t, double.NaN) : null)];
            }
        }
        foreach (var gradient in found)
            gradient?.DetachFromDisposeScope();
        handedOver = found;
        return [null!, .. found.Select(g => g!)];
    }

    private sealed record Step(RemoteGraph Graph, Tensor Numbers);
}
