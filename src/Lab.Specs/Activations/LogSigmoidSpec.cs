using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Log-sigmoid against the library's.</summary>
public sealed class LogSigmoidSpec : Spec<Func<Tensor, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Activation.LogSigmoid;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => F.logsigmoid;

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases => LogitsCase.AnyElementwise.Select(c => c with { Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN] });

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
        Own("the log odds are the logit", "log σ(z) - log σ(-z) = z.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            return Comparison.Same("log odds", op(logits) - op(-logits), logits, Tolerance);
        }),
        Own("infinite logits are right", "log σ(-∞) = -∞ with slope 1, and log σ(∞) = 0 with slope 0.", (op, _) =>
        {
            var logits = tensor([double.NegativeInfinity, double.PositiveInfinity], requires_grad: true);
            var logProbs = op(logits);
            (logProbs * tensor([1.0, 1.0])).sum().backward();
            return Comparison.Same("result", logProbs, tensor([double.NegativeInfinity, 0.0]), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, tensor([1.0, 0.0]), Tolerance));
        }) with { Cases = 1 },
    ];
}
