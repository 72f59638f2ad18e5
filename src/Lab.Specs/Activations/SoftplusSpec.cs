using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Softplus against the library's log(exp(x) + exp(0)), which has no threshold.</summary>
public sealed class SoftplusSpec : Spec<Func<Tensor, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Activation.Softplus;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => values => logaddexp(values, zeros_like(values));

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases => LogitsCase.Any.Select(c => c with { Name = "values", Extremes = [1e4, -1e4, 25] });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, LogitsCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs =>
    [
        new("integer values", "values", () => [ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0])),
        new("null for values", "values", () => [], (op, _) => op(null!)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("up less down is the number itself", "softplus(x) - softplus(-x) = x.", (op, c) =>
        {
            var values = c.Draw()[0].Value;
            return Comparison.Same("difference", op(values) - op(-values), values, Tolerance);
        }),
        Own("below the library's threshold it is the library's", "Up to 20 it equals nn.functional.softplus.", (op, c) =>
        {
            var values = c.Draw()[0].Value.clamp(max: 20);
            return Comparison.Same("result", op(values), F.softplus(values), Tolerance);
        }),
        Own("small results keep their digits", "softplus(-50) is 1.9e-22 in float32 too, where 1 + exp(-50) is 1; the slope is σ(x).", (op, _) =>
        {
            var values = tensor([-50f, 50f], requires_grad: true);
            var result = op(values);
            result.sum().backward();
            return Comparison.Same("result", result, tensor([1.9287498e-22, 50.0]), new Tolerance(1e-5, 0))
                .Then(() => Comparison.Same("gradient", values.grad!, tensor([1.9287498e-22, 1.0]), new Tolerance(1e-5, 0)));
        }) with { Cases = 1 },
    ];
}
