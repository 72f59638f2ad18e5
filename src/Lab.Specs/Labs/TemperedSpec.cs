using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Decoding;
using static TorchSharp.torch;

namespace Lab.Specs.Labs;

/// <summary>Logits with a temperature, seen through the distribution that they stand for.</summary>
public sealed class TemperedLogitsSpec : LabSpec<Func<Tensor, double, Tensor>, FilterCase>
{
    private static Tensor TemperedLogits(Tensor logits, double temperature) => LogitFilter.Temperature(logits, temperature);

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => TemperedLogits;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (logits, temperature) =>
    {
        if (temperature > 0)
            return (logits - logits.amax([1], keepdim: true)) / temperature;
        var rows = logits.size(0);
        var cold = full(logits.shape, double.NegativeInfinity, dtype: logits.dtype);
        for (var row = 0; row < rows; row++)
        {
            var z = logits[row].to(ScalarType.Float64).contiguous().data<double>().ToArray();
            cold[row, Array.IndexOf(z, z.Max())] = 0;
        }
        return cold;
    };

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Elements(0, 0, 0.1, 0.7, 1, 1.5, 100)).Select(c => c with { Extremes = [1e4, -1e4] });

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(FilterCase @case, double magnitude) =>
        Tolerance.InSingle(@case.Number == 0 ? 1 : magnitude / Math.Min(1, @case.Number));

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, FilterCase @case, Tensor[] arguments)
    {
        using var scope = NewDisposeScope();
        return [op(arguments[0], @case.Number).softmax(1).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, FilterCase>> OwnLaws =>
    [
        Own("temperature 0 is greedy", "Of the whole row the first maximum alone is left.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            var cold = op(logits, 0);
            return Comparison.Same("number of tokens", cold.isfinite().sum(1), ones(c.N), Exactly)
                .Then(() => Comparison.Same("token", cold.argmax(1), logits.argmax(1), Exactly));
        }),
        Own("no temperature is too small", "At 1e-300 the distribution is that of the maximum, and a number.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            var ties = (logits == logits.amax([1], keepdim: true)).to(ScalarType.Float64);
            return Comparison.Same("distribution", op(logits, 1e-300).softmax(1), ties / ties.sum(1, keepdim: true), Tolerance);
        }),
    ];
}
