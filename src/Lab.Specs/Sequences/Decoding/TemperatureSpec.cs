using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>Temperature against division, and against the maximum where it is 0.</summary>
public sealed class TemperatureSpec : FilterSpec<Func<Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => LogitFilter.Temperature;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (logits, temperature) => ByRow(logits, (z, _) => temperature == 0
        ? Kept(z, v => v == Ordered(z)[0])
        : z.Select(x => (temperature < 1e-3 ? x - Greatest(z) : x) / temperature));

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Elements(0, 0, 1e-5, 0.1, 0.7, 1, 1.5, 100));

    /// <inheritdoc/>
    public override Tolerance Tolerance => Tolerance.InDouble;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(FilterCase @case, double magnitude) =>
        @case.Number == 0 ? new(0, 0) : Tolerance.InSingle(magnitude / @case.Number);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
    [
        .. BadLogits((op, x) => op(x, 0.5)),
        new("a negative temperature", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], -1)),
        new("an infinite temperature", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], double.PositiveInfinity)),
        new("a temperature that is not a number", "temperature", () => [ones(2, 3)], (op, x) => op(x[0], double.NaN)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, FilterCase>> OwnLaws =>
    [
        Own("temperature 0 is greedy", "Of the whole row the first maximum alone is left, with its logit.", (op, c) =>
        {
            var logits = Arguments(c)[0];
            var cold = op(logits, 0);
            return Comparison.Same("number of tokens", cold.isfinite().sum(1), ones(c.N), Tolerance)
                .Then(() => Comparison.Same("token", cold.argmax(1), logits.argmax(1), Tolerance));
        }),
        Own("no temperature is too small", "At 1e-300 the distribution is that of the maximum, and a number.", (op, c) =>
        {
            var logits = Arguments(c)[0];
            var ties = (logits == logits.amax([1], keepdim: true)).to(ScalarType.Float64);
            return Comparison.Same("distribution", op(logits, 1e-300).softmax(1), ties / ties.sum(1, keepdim: true), Tolerance);
        }),
    ];

    private static double Greatest(double[] z) => double.IsFinite(z.Max()) ? z.Max() : 0;
}
