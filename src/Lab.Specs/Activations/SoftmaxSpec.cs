using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Activations;

/// <summary>Softmax against the library's.</summary>
public sealed class SoftmaxSpec : Spec<Func<Tensor, long, double, Tensor>, LogitsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, double, Tensor> Op => Activation.Softmax;

    /// <inheritdoc/>
    public override Func<Tensor, long, double, Tensor> Oracle =>
        (logits, dim, temperature) => F.softmax(logits / temperature, dim);

    /// <inheritdoc/>
    public override Gen<LogitsCase> Cases =>
        from c in LogitsCase.Any
        from temperature in Gen.Elements<double?>(null, null, 0.01, 0.1, 7, 100)
        select c with
        {
            Temperature = temperature,
            Extremes = [1e4, -1e4, double.NegativeInfinity],
            ExtremesOfValue = [double.PositiveInfinity, double.NaN],
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, double, Tensor> op, LogitsCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Dim, @case.Temperature ?? 1)];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(LogitsCase @case, double magnitude) =>
        Tolerance.InSingle(magnitude / (@case.Temperature ?? 1));

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, double, Tensor>>> BadInputs =>
    [
        .. CommonBadInputs.AlongDimension<Func<Tensor, long, double, Tensor>>("logits", (op, x, dim) => op(x, dim, 1)),
        new("temperature 0", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], 1, 0)),
        new("a negative temperature", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], 1, -1)),
        new("an infinite temperature", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], 1, double.PositiveInfinity)),
        new("a temperature that is not a number", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], 1, double.NaN)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, double, Tensor>, LogitsCase>> OwnLaws =>
    [
        Own("rows sum to one", "Along its dimension the result is a distribution: nothing negative, and the sum is 1.", (op, c) =>
        {
            var p = op(c.Draw()[0].Value, c.Dim, c.Temperature ?? 1);
            return Comparison.Same("sum", p.sum(c.Dim), ones_like(p.sum(c.Dim)), Tolerance)
                .Then(() => Verdict.Require(p.numel() == 0 || p.min().ToDouble() >= 0, "A probability is negative."));
        }),
        Own("a constant added to a row changes nothing", "softmax(z + c) = softmax(z): only differences of logits matter.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            return Comparison.Same(
                "result", op(logits + 4096, c.Dim, c.Temperature ?? 1), op(logits, c.Dim, c.Temperature ?? 1), new Tolerance(1e-8, 1e-10));
        }),
        Own("order is kept", "The larger logit gets the larger probability.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            var p = op(logits, c.Dim, c.Temperature ?? 1).gather(c.Dim, logits.argsort(c.Dim));
            return Verdict.Require(
                p.diff(dim: c.Dim).ge(0).all().ToBoolean(), "A larger logit got a smaller probability.");
        }),
    ];
}
