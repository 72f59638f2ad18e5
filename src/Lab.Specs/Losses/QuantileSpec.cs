using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>The pinball loss against its usual one-line form.</summary>
public sealed class QuantileSpec : RegressionSpec<Func<Tensor, Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Op => Loss.Quantile;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Oracle => (predictions, targets, level) =>
    {
        var missing = targets - predictions;
        var slope = level - (missing < 0).to(missing.dtype);              // τ, or τ - 1
        return slope.masked_fill(missing == 0, 0) * missing;
    };

    /// <inheritdoc/>
    public override Gen<RegressionCase> Cases =>
        from c in RegressionCase.Any
        from level in Gen.Elements(0.5, 0.1, 0.99)
        select c with { Parameter = level };

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, double, Tensor> op, RegressionCase @case) =>
        (predictions, targets) => op(predictions, targets, @case.Parameter);

    /// <inheritdoc/>
    protected override RegressionCase Plain => base.Plain with { Parameter = 0.5 };

    /// <inheritdoc/>
    public override bool SmoothAt(RegressionCase @case) => Misses(@case);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. base.BadInputs,
        BadParameter("level 0", "level", 0),
        BadParameter("level 1", "level", 1),
        BadParameter("a level in percent", "level", 90),
        BadParameter("a level that is not a number", "level", double.NaN),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor>, RegressionCase>> OwnLaws =>
    [
        AHitIsFree,
        BestConstant(
            "the best constant is the quantile", "No constant answer costs less than the target that a share τ of all do not pass.",
            (y, c) => y.sort().Values[(long)Math.Ceiling(c.Parameter * y.numel()) - 1]),
        Own("the middle level is half the absolute error", "At level 1/2 it is |y - q| / 2, in value and gradient.", (op, c) =>
        {
            var (_, drawn, targets) = Drawn(op, c);
            var (one, other) = (drawn.clone().requires_grad_(), drawn.clone().requires_grad_());
            var (got, expected) = (op(one, targets, 0.5), Loss.AbsoluteError(other, targets) / 2);
            got.sum().backward();
            expected.sum().backward();
            return Comparison.Same("result", got, expected, Tolerance)
                .Then(() => Comparison.Same("gradient", one.grad!, other.grad!, Tolerance));
        }),
        Own("levels are mirror images", "The loss at τ is that of the negated numbers at 1 - τ.", (op, c) =>
        {
            var (_, predictions, targets) = Drawn(op, c);
            return Comparison.Same(
                "result", op(-predictions, -targets, 1 - c.Parameter), op(predictions, targets, c.Parameter), Tolerance);
        }),
    ];
}
