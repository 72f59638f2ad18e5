using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Absolute error against the library's, unreduced.</summary>
public sealed class AbsoluteErrorSpec : RegressionSpec<Func<Tensor, Tensor, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Loss.AbsoluteError;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (predictions, targets) =>
        F.l1_loss(predictions, targets, nn.Reduction.None);

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, Tensor> op, RegressionCase @case) => op;

    /// <inheritdoc/>
    public override bool SmoothAt(RegressionCase @case) => Misses(@case);

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, RegressionCase>> OwnLaws =>
    [
        OnlyTheErrorCounts,
        AHitIsFree,
        BestConstant("the best constant is the median", "No constant answer costs less than the targets' median.", (y, _) => y.median()),
    ];
}
