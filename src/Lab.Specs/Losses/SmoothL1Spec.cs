using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Smooth L1 against the library's, unreduced.</summary>
public sealed class SmoothL1Spec : RegressionSpec<Func<Tensor, Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Op => Loss.SmoothL1;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Oracle => (predictions, targets, beta) =>
        F.smooth_l1_loss(predictions, targets, nn.Reduction.None, beta);

    /// <inheritdoc/>
    public override Gen<RegressionCase> Cases =>
        from c in RegressionCase.Any
        from beta in Gen.Elements(1.0, 0.1, 25.0)
        select c with { Parameter = beta };

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, double, Tensor> op, RegressionCase @case) =>
        (predictions, targets) => op(predictions, targets, @case.Parameter);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. base.BadInputs,
        BadParameter("beta 0", "beta", 0),
        BadParameter("an infinite beta", "beta", double.PositiveInfinity),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor>, RegressionCase>> OwnLaws =>
    [
        OnlyTheErrorCounts,
        AHitIsFree,
        Own("it is Huber's loss over β", "β times the loss is Huber's loss with δ = β.", (op, c) =>
        {
            var (loss, predictions, targets) = Drawn(op, c);
            return Comparison.Same("β times the result", c.Parameter * loss(predictions, targets),
                Loss.Huber(predictions, targets, c.Parameter), Tolerance);
        }),
        Own("it tends to the absolute error", "It is less than the absolute error by at most β/2, so with β near 0 the two agree.", (op, c) =>
        {
            var (_, predictions, targets) = Drawn(op, c);
            return Comparison.Same("result", op(predictions, targets, 1e-9), Loss.AbsoluteError(predictions, targets), new Tolerance(0, 1e-9));
        }),
    ];
}
