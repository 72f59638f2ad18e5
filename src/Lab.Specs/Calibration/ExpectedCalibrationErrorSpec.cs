using FsCheck;
using Lab.Core.Calibration;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Calibration;

/// <summary>Expected calibration error against a loop over the examples.</summary>
public sealed class ExpectedCalibrationErrorSpec : Spec<Func<Tensor, Tensor, int, long, Tensor>, ConfidenceCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, int, long, Tensor> Op => Confidence.ExpectedCalibrationError;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, int, long, Tensor> Oracle => (probabilities, targets, bins, ignoreIndex) =>
    {
        var answers = ConfidenceCase.Answers(probabilities, targets, bins, ignoreIndex).ToArray();
        var error = answers.GroupBy(a => a.Bin).Sum(bin =>
            (double)bin.Count() / answers.Length * Math.Abs(bin.Average(a => a.Confidence) - bin.Average(a => a.Right ? 1.0 : 0.0)));
        return tensor(error);
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
    public override Tensor[] Call(Func<Tensor, Tensor, int, long, Tensor> op, ConfidenceCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Bins, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, int, long, Tensor>>> BadInputs =>
        ConfidenceCase.BadInputs<Func<Tensor, Tensor, int, long, Tensor>>((op, p, y, bins) => op(p, y, bins, Loss.DefaultIgnoreIndex));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, int, long, Tensor>, ConfidenceCase>> OwnLaws =>
    [
        Own("it is what the bins say", "It is the mean gap of Reliability's bins, weighted by their counts.", (op, c) =>
        {
            var drawn = c.Draw();
            var (p, y) = (drawn[0].Value, drawn[1].Value);
            var bins = Confidence.Reliability(p, y, c.Bins, c.IgnoreIndex);
            var gaps = (bins.Accuracy - bins.Confidence).abs().masked_fill(bins.Count == 0, 0);
            return Comparison.Same(
                "error", op(p, y, c.Bins, c.IgnoreIndex), (gaps * bins.Count).sum() / bins.Count.sum().clamp(min: 1), Tolerance);
        }),
        Own("finer bins show no less", "Bins cut in two show at least the error of the whole ones, which is at least |accuracy - confidence|.", (op, c) =>
        {
            var drawn = c.Draw();
            var (p, y) = (drawn[0].Value, drawn[1].Value);
            var (one, some, more) = (op(p, y, 1, c.IgnoreIndex), op(p, y, c.Bins, c.IgnoreIndex), op(p, y, 2 * c.Bins, c.IgnoreIndex));
            return Verdict.Require(
                (one <= some + 1e-12).logical_and(some <= more + 1e-12).item<bool>(), "Coarser bins show more.");
        }),
        Own("sure and right is 0, sure and wrong is 1", "One-hot probabilities on the truth have error 0, on another class error 1.", (op, c) =>
        {
            var targets = (c with { Ignored = 0, K = Math.Max(c.K, 2) }).Draw()[1].Value.reshape(-1);
            var classes = Math.Max(c.K, 2);
            var certain = eye(classes, dtype: ScalarType.Float64);
            var (right, wrong) = (certain[TensorIndex.Tensor(targets)], certain[TensorIndex.Tensor((targets + 1).remainder(classes))]);
            return Comparison.Same("error", op(right, targets, c.Bins, -100), tensor(0.0), Tolerance)
                .Then(() => Comparison.Same("error", op(wrong, targets, c.Bins, -100), tensor(1.0), Tolerance));
        }),
        Own("calibrated by construction, it is small", "Of 20,000 examples whose targets are drawn from the probabilities themselves, chance leaves less than 0.02.", (op, c) =>
        {
            using var generator = new Generator((ulong)c.Seed, CPU);
            var p = (2 * randn([20_000, 4], dtype: ScalarType.Float64, generator: generator)).softmax(1);
            var targets = multinomial(p, 1, true, generator).squeeze(1);
            var (honest, boastful) = (op(p, targets, 15, -100), op(p.pow(4) / p.pow(4).sum(1, keepdim: true), targets, 15, -100));
            return Verdict.Require(honest.item<double>() < 0.02, $"It is {honest.item<double>()}.")
                .Then(() => Verdict.Require(boastful.item<double>() > 0.1, $"Made four times as sure, it is {boastful.item<double>()}."));
        }) with { Cases = 1 },
    ];
}
