using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Huber's loss against the library's, unreduced.</summary>
public sealed class HuberSpec : RegressionSpec<Func<Tensor, Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Op => Loss.Huber;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Oracle => (predictions, targets, delta) =>
        F.huber_loss(predictions, targets, delta, nn.Reduction.None);

    /// <inheritdoc/>
    public override Gen<RegressionCase> Cases =>
        from c in RegressionCase.Any
        from delta in Gen.Elements(1.0, 0.1, 25.0)
        select c with { Parameter = delta };

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, double, Tensor> op, RegressionCase @case) =>
        (predictions, targets) => op(predictions, targets, @case.Parameter);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. base.BadInputs,
        BadParameter("delta 0", "delta", 0),
        BadParameter("a negative delta", "delta", -1),
        BadParameter("a delta that is not a number", "delta", double.NaN),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor>, RegressionCase>> OwnLaws =>
    [
        OnlyTheErrorCounts,
        AHitIsFree,
        Own("half the square, or less", "Up to δ the loss is half the squared error; beyond, less than that and less than δ times the error.", (op, c) =>
        {
            var (loss, predictions, targets) = Drawn(op, c);
            var (losses, size) = (loss(predictions, targets), (predictions - targets).abs());
            var near = size <= c.Parameter;
            return Comparison.Same(
                    "loss of a small error", losses.masked_fill(~near, 0), (size.square() / 2).masked_fill(~near, 0), Tolerance)
                .Then(() => Verdict.Require(
                    near.logical_or((losses < size.square() / 2).logical_and(losses < c.Parameter * size)).all().ToBoolean(),
                    "A large error costs more than it may."));
        }),
        Own("an outlier pulls with force δ", "An error of 1e200, whose square there is not, has the gradient ±δ.", (op, c) =>
        {
            var predictions = tensor([1e200, -1e200], requires_grad: true);
            op(predictions, zeros(2, dtype: ScalarType.Float64), c.Parameter).sum().backward();
            return Comparison.Same("gradient", predictions.grad!, tensor([c.Parameter, -c.Parameter]), Tolerance);
        }),
    ];
}
