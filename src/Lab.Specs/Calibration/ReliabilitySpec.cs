using FsCheck;
using Lab.Core.Calibration;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Calibration;

/// <summary>Reliability bins against a loop over the examples.</summary>
public sealed class ReliabilitySpec : Spec<Func<Tensor, Tensor, int, long, ReliabilityBins>, ConfidenceCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, int, long, ReliabilityBins> Op => Confidence.Reliability;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, int, long, ReliabilityBins> Oracle => (probabilities, targets, bins, ignoreIndex) =>
    {
        var (confidence, accuracy, count) = (new double[bins], new double[bins], new long[bins]);
        foreach (var bin in ConfidenceCase.Answers(probabilities, targets, bins, ignoreIndex).GroupBy(answer => answer.Bin))
        {
            confidence[bin.Key] = bin.Average(answer => answer.Confidence);
            accuracy[bin.Key] = bin.Average(answer => answer.Right ? 1.0 : 0.0);
            count[bin.Key] = bin.Count();
        }
        var empty = tensor(count) == 0;
        return new(tensor(confidence).masked_fill(empty, double.NaN), tensor(accuracy).masked_fill(empty, double.NaN), tensor(count));
    };

    /// <inheritdoc/>
    public override Gen<ConfidenceCase> Cases => ConfidenceCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ConfidenceCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbIgnored(arguments);

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, int, long, ReliabilityBins> op, ConfidenceCase @case, Tensor[] arguments)
    {
        var bins = op(arguments[0], arguments[1], @case.Bins, @case.IgnoreIndex);
        return [bins.Confidence, bins.Accuracy, bins.Count];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, int, long, ReliabilityBins>>> BadInputs =>
        ConfidenceCase.BadInputs<Func<Tensor, Tensor, int, long, ReliabilityBins>>(
            (op, p, y, bins) => op(p, y, bins, Loss.DefaultIgnoreIndex));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, int, long, ReliabilityBins>, ConfidenceCase>> OwnLaws =>
    [
        Own("every valid example is in one bin", "The counts sum to the number of targets that are not ignored.", (op, c) =>
        {
            var drawn = c.Draw();
            var count = op(drawn[0].Value, drawn[1].Value, c.Bins, c.IgnoreIndex).Count;
            return Comparison.Same("count", count.sum(), (drawn[1].Value != c.IgnoreIndex).sum(), Tolerance);
        }),
        Own("a confidence lies in its bin", "The mean confidence of bin m lies in (m/M, (m + 1)/M], and the accuracy in [0, 1].", (op, c) =>
        {
            var drawn = c.Draw();
            var bins = op(drawn[0].Value, drawn[1].Value, c.Bins, c.IgnoreIndex);
            var low = arange(c.Bins, dtype: ScalarType.Float64) / c.Bins;
            var inside = (bins.Confidence > low - 1e-12).logical_and(bins.Confidence <= low + 1.0 / c.Bins + 1e-12)
                .logical_and(bins.Accuracy >= 0).logical_and(bins.Accuracy <= 1);
            return Verdict.Require(inside.logical_or(bins.Count == 0).all().item<bool>(), "A bin holds what it should not.");
        }),
        Own("all bins together are one bin", "Weighted by their counts, the bins have the mean confidence and accuracy of all examples.", (op, c) =>
        {
            var drawn = c.Draw();
            var bins = op(drawn[0].Value, drawn[1].Value, c.Bins, c.IgnoreIndex);
            var one = op(drawn[0].Value, drawn[1].Value, 1, c.IgnoreIndex);
            return Comparison.Same("confidence", Mean(bins.Confidence), one.Confidence[0], Tolerance)
                .Then(() => Comparison.Same("accuracy", Mean(bins.Accuracy), one.Accuracy[0], Tolerance));

            Tensor Mean(Tensor values) => (values.masked_fill(bins.Count == 0, 0) * bins.Count).sum() / bins.Count.sum();
        }),
        Own("the lower edge belongs to the bin below", "Of ten bins, a confidence of exactly 0.5 is in the fifth, and 1 in the last.", (op, _) =>
            Comparison.Same(
                "count", op(tensor([0.5, 0.5, 0.0, 1.0]).reshape(2, 2), tensor([0L, 0L]), 10, -100).Count,
                tensor([0L, 0, 0, 0, 1, 0, 0, 0, 0, 1]), Tolerance)) with { Cases = 1 },
    ];
}
