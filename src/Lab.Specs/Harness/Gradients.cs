using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Harness;

/// <summary>Gradients of a weighted sum of an op's outputs: by autograd, and by central differences.</summary>
internal static class Gradients
{
    /// <summary>The gradient in each differentiable argument; null when the outputs do not depend on any.</summary>
    public static Tensor[]? ByAutograd<TOp, TCase>(Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments)
        where TOp : Delegate
        where TCase : Case
    {
        var inputs = Leaves(arguments);
        var outputs = spec.Call(op, @case, inputs).Where(o => o.is_floating_point()).ToArray();
        if (!outputs.Any(o => o.requires_grad))
            return null;
        WeightedSum(outputs, @case.Seed, o => o.requires_grad).backward();
        return Collected(inputs, arguments);
    }

    /// <summary>
    /// The same where the gradient comes back to the op in another layout than contiguous: transposed, or (that of a plain
    /// sum) expanded from one number. <paramref name="contiguous"/> gives the same numbers in a contiguous one.
    /// </summary>
    public static Tensor[]? HandedDown<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, bool transposed, bool contiguous)
        where TOp : Delegate
        where TCase : Case
    {
        var inputs = Leaves(arguments);
        var outputs = spec.Call(op, @case, inputs).Where(o => o.requires_grad).ToArray();
        if (outputs.Length == 0)
            return null;
        var total = zeros(1, dtype: ScalarType.Float64);
        foreach (var output in outputs)
        {
            var factors = transposed ? arange(1, output.numel() + 1, dtype: output.dtype).reshape(output.shape) : ones_like(output);
            total = total + (contiguous ? (output * factors).sum()
                : transposed && output.dim() > 1 ? (output.transpose(0, -1) * factors.transpose(0, -1).contiguous()).sum()
                : transposed ? (output * factors).sum()
                : output.sum());
        }
        total.backward();
        return Collected(inputs, arguments);
    }

    /// <summary>
    /// How the gradient changes along a direction, by a second run of autograd through the first; zeros where the gradient
    /// does not change, null where there is none.
    /// </summary>
    public static Tensor[]? Change<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, Tensor[] direction)
        where TOp : Delegate
        where TCase : Case
    {
        var inputs = Leaves(arguments);
        var outputs = spec.Call(op, @case, inputs).Where(o => o.is_floating_point()).ToArray();
        if (!outputs.Any(o => o.requires_grad))
            return null;
        var total = WeightedSum(outputs, @case.Seed, o => o.requires_grad);
        var differentiable = inputs.Where(i => i.requires_grad).ToArray();
        var gradients = autograd.grad([total], differentiable, retain_graph: true, create_graph: true, allow_unused: true);
        var along = zeros(1, dtype: ScalarType.Float64);
        for (var i = 0; i < differentiable.Length; i++)
            if (gradients[i] is { IsInvalid: false } gradient)
                along = along + (gradient * direction[i]).sum();
        if (along.requires_grad)                          // backward of a constant ends the process
            along.backward();
        return Collected(inputs, arguments);
    }

    private static Tensor[] Leaves(IReadOnlyList<Argument> arguments) => [.. arguments.Select(a =>
    {
        var leaf = a.Value.detach().clone();
        return a.Differentiable ? leaf.requires_grad_() : leaf;
    })];

    private static Tensor[] Collected(Tensor[] inputs, IReadOnlyList<Argument> arguments) =>
        [.. inputs.Zip(arguments).Where(p => p.Second.Differentiable).Select(p => p.First.grad is { } g ? g : zeros_like(p.First))];

    /// <summary>
    /// The change of the weighted sum along one entry of an argument: <c>(f(x + h) - f(x - h)) / 2h</c> with
    /// <c>h = ε^(1/3)·max(1, |x|)</c>, where rounding and truncation are equally small; times <paramref name="step"/>.
    /// </summary>
    public static double ByDifference<TOp, TCase>(
        Spec<TOp, TCase> spec, TOp op, TCase @case, IReadOnlyList<Argument> arguments, int argument, long entry, double step = 1)
        where TOp : Delegate
        where TCase : Case
    {
        var x = arguments[argument].Value.reshape(-1)[entry].ToDouble();
        var h = step * 6e-6 * Math.Max(1, Math.Abs(x));
        return (At(x + h) - At(x - h)) / ((x + h) - (x - h));

        double At(double moved)
        {
            using var scope = NewDisposeScope();
            var value = arguments[argument].Value.clone();
            value.view(-1)[entry] = moved;
            var changed = arguments.ToArray();
            changed[argument] = changed[argument].With(value);
            return WeightedSum(spec.Values(op, @case, changed), @case.Seed, o => o.is_floating_point()).ToDouble();
        }
    }

    /// <summary>Σ c·f with fixed random c, so that an error in one entry cannot be balanced by another.</summary>
    private static Tensor WeightedSum(Tensor[] outputs, int seed, Func<Tensor, bool> counts)
    {
        var total = zeros(1, dtype: ScalarType.Float64);
        for (var i = 0; i < outputs.Length; i++)
        {
            using var generator = new Generator((ulong)(seed + 7919 * (i + 1)), CPU);
            var factors = randn(outputs[i].shape, dtype: ScalarType.Float64, generator: generator).to(outputs[i].device);
            if (counts(outputs[i]))
                total = total.to(outputs[i].device) + (factors * outputs[i]).sum();
        }
        return total;
    }
}
