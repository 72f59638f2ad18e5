using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Expected scores, of the softmax of any logits, against sums in plain doubles.</summary>
public sealed class ExpectedScoreSpec : Spec<Func<Tensor, double, double, Tensor>, DistributionCase>
{
    private const double Low = -1, High = 4;

    /// <inheritdoc/>
    public override Func<Tensor, double, double, Tensor> Op => ScoreBins.ExpectedScore;

    /// <inheritdoc/>
    public override Func<Tensor, double, double, Tensor> Oracle => (probabilities, low, high) =>
        ClosedForm.PerExample(probabilities, (p, _, slopes) =>
        {
            var sum = 0.0;
            for (var k = 0; k < p.Length; k++)
                sum += p[k] * (slopes[k] = (low * (p.Length - 1 - k) + high * k) / (p.Length - 1));
            return sum;
        });

    /// <inheritdoc/>
    public override Gen<DistributionCase> Cases => DistributionCase.Any.Where(c => c.K > 1).Select(c => c with { Extremes = [1e4, -1e4] });

    /// <summary>The drawn logits as probabilities: any numbers are a distribution then, extreme ones too.</summary>
    public override Tensor[] Call(Func<Tensor, double, double, Tensor> op, DistributionCase @case, Tensor[] arguments)
    {
        using var scope = NewDisposeScope();
        return [op(arguments[0].softmax(1), Low, High).MoveToOuterDisposeScope()];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, double, Tensor>>> BadInputs =>
    [
        new("integer probabilities", "probabilities", () => [ones(2, 2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0, 5)),
        new("null for probabilities", "probabilities", () => [], (op, _) => op(null!, 0, 5)),
        new("probabilities of rank 1", "probabilities", () => [ones(2) / 2], (op, x) => op(x[0], 0, 5)),
        new("one bin", "probabilities", () => [ones(2, 1)], (op, x) => op(x[0], 0, 5)),
        new("logits", "probabilities", () => [tensor([3f, -2f]).reshape(1, 2)], (op, x) => op(x[0], 0, 5)),
        new("independent sigmoids", "probabilities", () => [tensor([0.9f, 0.8f]).reshape(1, 2)], (op, x) => op(x[0], 0, 5)),
        new("a range the wrong way round", "high", () => [ones(1, 2) / 2], (op, x) => op(x[0], 5, 0)),
        new("an infinite low", "low", () => [ones(1, 2) / 2], (op, x) => op(x[0], double.NegativeInfinity, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, double, Tensor>, DistributionCase>> OwnLaws =>
    [
        Own("it lies in the range", "low ≤ score ≤ high, and all mass on an end gives that end.", (op, c) =>
        {
            var probabilities = c.Draw()[0].Value.softmax(1);
            var scores = op(probabilities, Low, High);
            var ends = eye(c.K, dtype: ScalarType.Float64);
            return Verdict.Require(
                    scores.min().item<double>() >= Low - 1e-12 && scores.max().item<double>() <= High + 1e-12, "It lies outside.")
                .Then(() => Comparison.Same("score", op(ends, Low, High)[0], tensor(Low), Tolerance))
                .Then(() => Comparison.Same("score", op(ends, Low, High)[c.K - 1], tensor(High), Tolerance));
        }),
        Own("it goes with the scale", "On another range the score is that of 0 to 1, stretched and moved.", (op, c) =>
        {
            var probabilities = c.Draw()[0].Value.softmax(1);
            return Comparison.Same("score", op(probabilities, Low, High), Low + (High - Low) * op(probabilities, 0, 1), Tolerance);
        }),
        Own("turned round, it is the rest", "The bins in reverse order give low + high - score.", (op, c) =>
        {
            var probabilities = c.Draw()[0].Value.softmax(1);
            return Comparison.Same("score", op(probabilities.flip(1), Low, High), Low + High - op(probabilities, Low, High), Tolerance);
        }),
    ];
}
