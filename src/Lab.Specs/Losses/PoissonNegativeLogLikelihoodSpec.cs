using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>The likelihood of counts against the library's, unreduced.</summary>
public sealed class PoissonNegativeLogLikelihoodSpec : RegressionSpec<Func<Tensor, Tensor, bool, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, bool, Tensor> Op => Loss.PoissonNegativeLogLikelihood;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, bool, Tensor> Oracle => (logRates, targets, full) =>
        F.poisson_nll_loss(logRates, targets, log_input: true, full: full, reduction: nn.Reduction.None);

    /// <inheritdoc/>
    protected override string PredictionsName => "logRates";

    /// <inheritdoc/>
    public override Gen<RegressionCase> Cases =>
        from c in RegressionCase.Any
        from full in Gen.Elements(false, true)
        from scale in Gen.Elements(0.0, 1.0, 8.0)
        select c with
        {
            Name = PredictionsName,
            Targets = TargetKind.Count,
            Full = full,
            Scale = scale,
            Extremes = [-1e4, 80],
        };

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, bool, Tensor> op, RegressionCase @case) =>
        (predictions, targets) => op(predictions, targets, @case.Full);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, bool, Tensor>>> BadInputs =>
    [
        .. base.BadInputs,
        Bad("a negative count", "targets", () => [ones(2), tensor([1f, -1f])]),
        Bad("a count that is not a number", "targets", () => [ones(2), tensor([1f, float.NaN])]),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, bool, Tensor>, RegressionCase>> OwnLaws =>
    [
        BestConstant(
            "the best constant is the mean rate", "No constant answer costs less than the logarithm of the mean count.",
            (y, _) => y.mean().clamp(min: 1e-300).log()),
        Own("the full loss is a probability", "Over the counts 0 to 60 the probabilities of a rate below 12 add up to 1, within Stirling's error.", (op, c) =>
        {
            var rate = 0.5 + c.Seed % 100 * 0.115;
            var counts = arange(61, dtype: ScalarType.Float64);
            var mass = (-op(full_like(counts, Math.Log(rate)), counts, true)).exp().sum();
            return Comparison.Same("total probability", mass, tensor(1.0), new Tolerance(0, 0.05));
        }),
        Own("Stirling is close", "The full loss is short of the exact one, with log y!, by less than 1/(12y), and exact at 0 and 1.", (op, _) =>
        {
            var counts = arange(30, dtype: ScalarType.Float64);
            var added = op(zeros_like(counts), counts, true) - op(zeros_like(counts), counts, false);
            var missing = (counts + 1).lgamma() - added;
            return Verdict.Require(
                (missing >= -1e-12).logical_and(missing <= (1 / (12 * counts)).masked_fill(counts <= 1, 1e-12)).all().ToBoolean(),
                $"The added term is off by {missing.abs().max().ToDouble():G3}.");
        }) with { Cases = 1 },
    ];
}
