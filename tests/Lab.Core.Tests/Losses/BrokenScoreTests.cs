using Lab.Core.Calibration;
using Lab.Core.Losses;
using Lab.Core.Metrics;
using Lab.Specs.Calibration;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using Lab.Specs.Metrics;
using static TorchSharp.torch;

namespace Lab.Core.Tests.Losses;

/// <summary>Ops of scores, correlation and calibration, each with a fault that is often made: a law must find it.</summary>
public sealed class BrokenScoreTests
{
    private static readonly Dictionary<string, Func<SpecReport>> faults = new()
    {
        ["entropy in bits"] = () => new EntropySpec().Judge(z => Loss.Entropy(z) / Math.Log(2)),
        ["entropy by p log p, NaN at 0"] = () => new EntropySpec().Judge(z => -(z.softmax(1) * z.softmax(1).log()).sum([1L])),
        ["entropy without a gradient"] = () => new EntropySpec().Judge(z => Loss.Entropy(z.detach()) + 0 * z.sum([1L])),
        ["entropy of the whole batch"] = () => new EntropySpec().Judge(z => Loss.Entropy(z) + 0 * z.sum() + Loss.Entropy(z).mean() - Loss.Entropy(z)),

        ["weights by frequency"] = () => new ClassBalancedWeightsSpec().Judge((n, beta) => n / n.sum() * n.numel()),
        ["weights turned round"] = () => new ClassBalancedWeightsSpec().Judge((n, beta) => 1 / Loss.ClassBalancedWeights(n, beta)),
        ["weights that forget β"] = () => new ClassBalancedWeightsSpec().Judge((n, beta) => Loss.ClassBalancedWeights(n)),

        ["soft labels, all on the nearest bin"] = () => new SoftLabelsSpec().Judge((y, low, high, bins) =>
            ((y - low) / (high - low) * (bins - 1)).round().to(int64).unsqueeze(-1).eq(arange(bins)).to(y.dtype)),
        ["soft labels, the two shares exchanged"] = () => new SoftLabelsSpec().Judge((y, low, high, bins) => ScoreBins.SoftLabels(high + low - y, low, high, bins)),
        ["soft labels that forget the range"] = () => new SoftLabelsSpec().Judge((y, low, high, bins) => ScoreBins.SoftLabels(y.clamp(0, 5), 0, 5, bins)),

        ["expected score by argmax"] = () => new ExpectedScoreSpec().Judge((p, low, high) =>
            low + (high - low) * p.argmax(1).to(p.dtype) / Math.Max(1, p.size(1) - 1)),
        ["expected score that starts at 0"] = () => new ExpectedScoreSpec().Judge((p, low, high) => ScoreBins.ExpectedScore(p, low, high) - low),
        ["expected score, bins in the middle"] = () => new ExpectedScoreSpec().Judge((p, low, high) =>
            (p * (low + (high - low) * (arange(p.size(1)).to(p.dtype) + 0.5) / p.size(1))).sum([1L])),

        ["Pearson without the mean"] = () => new PearsonSpec().Judge((x, y) => (x * y).sum() / (x.norm() * y.norm())),
        ["Pearson squared"] = () => new PearsonSpec().Judge((x, y) => Metric.Pearson(x, y).square()),
        ["Pearson with N - 1 in one place"] = () => new PearsonSpec().Judge((x, y) =>
            Metric.Pearson(x, y) * (x.numel() - 1) / x.numel()),

        ["Spearman on the values"] = () => new SpearmanSpec().Judge(Metric.Pearson),
        ["Spearman without shared ranks"] = () => new SpearmanSpec().Judge((x, y) =>
            Metric.Pearson(x.argsort().argsort().to(x.dtype), y.argsort().argsort().to(y.dtype))),

        ["Pearson's distance upside down"] = () => new PearsonDistanceSpec().Judge((x, y) => 1 + Metric.Pearson(x, y).expand(x.shape)),
        ["Pearson's distance without a gradient"] = () => new PearsonDistanceSpec().Judge((x, y) => Loss.PearsonDistance(x.detach(), y) + 0 * x),

        ["reliability, bins closed on the left"] = () => new ReliabilitySpec().Judge((p, y, bins, ignored) =>
            Confidence.Reliability((p - 1e-9).clamp(min: 0), y, bins, ignored)),
        ["reliability that counts ignored examples"] = () => new ReliabilitySpec().Judge((p, y, bins, ignored) =>
            Confidence.Reliability(p, where(y == ignored, zeros_like(y), y), bins, ignored == 0 ? -100 : ignored)),
        ["reliability with one bin too many"] = () => new ReliabilitySpec().Judge((p, y, bins, ignored) => Confidence.Reliability(p, y, bins + 1, ignored)),

        ["calibration error, bins alike"] = () => new ExpectedCalibrationErrorSpec().Judge((p, y, bins, ignored) =>
        {
            var found = Confidence.Reliability(p, y, bins, ignored);
            return (found.Confidence - found.Accuracy).abs().nan_to_num(0).mean();
        }),
        ["calibration error with its sign"] = () => new ExpectedCalibrationErrorSpec().Judge((p, y, bins, ignored) =>
        {
            var found = Confidence.Reliability(p, y, bins, ignored);
            return ((found.Confidence - found.Accuracy).nan_to_num(0) * found.Count / found.Count.sum()).sum();
        }),

        ["temperature turned round"] = () => new FitTemperatureSpec().Judge((z, y, ignored) => 1 / Confidence.FitTemperature(z, y, ignored)),
        ["temperature that is always 1"] = () => new FitTemperatureSpec().Judge((z, y, ignored) => ones([], z.dtype)),
        ["temperature that counts ignored examples"] = () => new FitTemperatureSpec().Judge((z, y, ignored) =>
            Confidence.FitTemperature(z, where(y == ignored, zeros_like(y), y), -100)),

        ["sigmoid focal with α for both"] = () => new SigmoidFocalSpec().Judge((z, y, gamma, alpha, mask) => (alpha ?? 1) * Loss.SigmoidFocal(z, y, gamma, null, mask)),
        ["sigmoid focal, α and 1 - α exchanged"] = () => new SigmoidFocalSpec().Judge((z, y, gamma, alpha, mask) => Loss.SigmoidFocal(z, y, gamma, 1 - alpha, mask)),
        ["sigmoid focal, p for 1 - p"] = () => new SigmoidFocalSpec().Judge((z, y, gamma, alpha, mask) => Loss.SigmoidFocal(-z, 1 - y, gamma, alpha, mask)),
        ["sigmoid focal by log(sigmoid)"] = () => new SigmoidFocalSpec().Judge((z, y, gamma, alpha, mask) =>
        {
            var p = y * z.sigmoid() + (1 - y) * (1 - z.sigmoid());
            var weight = alpha is { } a ? a * y + (1 - a) * (1 - y) : ones_like(y);
            return (-weight * (1 - p).pow(gamma) * p.log()).masked_fill(mask is null ? zeros_like(y, ScalarType.Bool) : mask.logical_not(), 0);
        }),
    };

    public static TheoryData<string> Faults => [.. faults.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Is_found(string fault)
    {
        var report = faults[fault]();
        Assert.False(report.Passed, $"No law noticed: {fault}.");
        // Laws about memory, threads and refusals alone would be luck: the numbers themselves must be seen to be wrong.
        Assert.Contains(report.Failed, law => law is "value equals the oracle's" or "gradient equals the oracle's" or "extreme magnitudes are right");
    }
}
