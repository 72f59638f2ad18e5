using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.Decoding;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.Decoding;

/// <summary>The repetition penalty token by token.</summary>
public sealed class RepetitionPenaltySpec : FilterSpec<Func<Tensor, Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Op => LogitFilter.RepetitionPenalty;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Oracle => (logits, prefix, penalty) => ByRow(logits, (z, row) =>
    {
        var seen = prefix[row].data<long>().ToHashSet();
        return z.Select((x, v) => !seen.Contains(v) ? x : x > 0 ? x / penalty : x * penalty);
    });

    /// <inheritdoc/>
    public override Gen<FilterCase> Cases => FilterCase.Any(Gen.Elements(0.5, 1, 1.3, 2), looksBack: true);

    /// <inheritdoc/>
    public override Tolerance Tolerance => Tolerance.InDouble;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(2 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, Tensor> op, FilterCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Number)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. BadPrefix((op, x, prefix) => op(x, prefix, 1.2)),
        .. from bad in new[] { 0, -1, double.NaN, double.PositiveInfinity }
           select new BadInput<Func<Tensor, Tensor, double, Tensor>>(
               $"penalty {bad}", "penalty", () => [ones(2, 3), zeros(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], bad)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor>, FilterCase>> OwnLaws =>
    [
        Own("a penalised token is never better off", "For θ above 1 no logit rises, and tokens that were not seen keep theirs.", (op, c) =>
        {
            var arguments = Arguments(c);
            return Verdict.Require(op(arguments[0], arguments[1], 1.5).le(arguments[0]).all().ToBoolean(), "A logit rose.");
        }),
        Own("twice seen is penalised once", "The prefix twice over changes nothing.", (op, c) =>
        {
            var arguments = Arguments(c);
            return Comparison.Same(
                "result", op(arguments[0], cat([arguments[1], arguments[1]], 1), 1.5), op(arguments[0], arguments[1], 1.5), Tolerance);
        }),
    ];
}
