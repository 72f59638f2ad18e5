using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Activations;

/// <summary>Sigmoid against the library's.</summary>
public sealed class SigmoidSpec : Spec<Func<Tensor, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Activation.Sigmoid;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => sigmoid;

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases => LogitsCase.AnyElementwise.Select(c => c with
    {
        Extremes = [1e4, -1e4, double.NegativeInfinity, double.PositiveInfinity],
        ExtremesOfValue = [double.NaN],
    });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, LogitsCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0])),
        new("null for logits", "logits", () => [], (op, _) => op(null!)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("yes and no share the probability", "σ(z) + σ(-z) = 1.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            return Comparison.Same("sum", op(logits) + op(-logits), ones_like(logits), Tolerance);
        }),
        Own("small probabilities keep their digits", "σ(z) = exp(z)·σ(-z), also where it is 1e-200.", (op, c) =>
        {
            var logits = c.Draw()[0].Value.clamp(-460, 460);
            return Comparison.Same("result", op(logits), logits.exp() * op(-logits), new Tolerance(1e-10, 0));
        }),
    ];
}
