using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Squared error against the library's, unreduced.</summary>
public sealed class SquaredErrorSpec : RegressionSpec<Func<Tensor, Tensor, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Loss.SquaredError;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (predictions, targets) =>
        F.mse_loss(predictions, targets, nn.Reduction.None);

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, Tensor> op, RegressionCase @case) => op;

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, RegressionCase>> OwnLaws =>
    [
        OnlyTheErrorCounts,
        AHitIsFree,
        BestConstant("the best constant is the mean", "No constant answer costs less than the targets' mean.", (y, _) => y.mean()),
    ];
}
