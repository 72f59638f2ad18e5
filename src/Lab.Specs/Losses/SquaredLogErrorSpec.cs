using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Squared error of the logarithm against the library's squared error of logarithms, unreduced.</summary>
public sealed class SquaredLogErrorSpec : RegressionSpec<Func<Tensor, Tensor, double, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Op => Loss.SquaredLogError;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor> Oracle => (logPredictions, targets, offset) =>
        F.mse_loss(logPredictions, (targets + offset).log(), nn.Reduction.None);

    /// <inheritdoc/>
    protected override string PredictionsName => "logPredictions";

    /// <inheritdoc/>
    public override Gen<RegressionCase> Cases =>
        from c in RegressionCase.Any
        from offset in Gen.Elements(0.0, 1.0, 0.25)
        from scale in Gen.Elements(0.0, 1.0, 10.0)
        select c with { Name = PredictionsName, Targets = TargetKind.Positive, Parameter = offset, Scale = scale };

    /// <inheritdoc/>
    protected override RegressionCase Plain => base.Plain with { Parameter = 0 };

    /// <inheritdoc/>
    protected override Func<Tensor, Tensor, Tensor> Bind(Func<Tensor, Tensor, double, Tensor> op, RegressionCase @case) =>
        (predictions, targets) => op(predictions, targets, @case.Parameter);

    /// <summary>The targets' size does not tell: their logarithms are below 14.</summary>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(100);

    /// <summary>By targets near 0 the logarithm bends too sharply for a step of fixed size.</summary>
    public override bool SmoothAt(RegressionCase @case) =>
        @case.Draw()[1].Value.min().ToDouble() + @case.Parameter > 0.1;

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        .. base.BadInputs,
        BadParameter("a negative offset", "offset", -1),
        BadParameter("an offset that is not a number", "offset", double.NaN),
        BadParameter("an infinite offset", "offset", double.PositiveInfinity),
        Bad("a price of 0 without an offset", "targets", () => [ones(2), tensor([1f, 0f])]),
        Bad("a negative price", "targets", () => [ones(2), tensor([1f, -0.5f])], Plain with { Parameter = 1 }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor>, RegressionCase>> OwnLaws =>
    [
        BestConstant(
            "the best constant is the geometric mean", "No constant answer costs less than the mean of the logarithms.",
            (y, c) => (y + c.Parameter).log().mean()),
        Own("the currency does not matter", "In cents instead of dollars, every loss is the same.", (op, c) =>
        {
            var (_, logPredictions, targets) = Drawn(op, c);
            return Comparison.Same(
                "result", op(logPredictions + Math.Log(100), targets * 100, 0), op(logPredictions, targets, 0), new Tolerance(1e-9, 1e-9));
        }),
        Own("a dollar more on $2 is bad, on $1000 it is fine", "It costs over a hundred thousand times as much, where the squared error is the same.", (op, _) =>
        {
            var (asked, paid) = (tensor([3.0, 1001.0]), tensor([2.0, 1000.0]));
            var losses = op(asked.log(), paid, 0);
            return Comparison.Same("result", losses, tensor([Math.Pow(Math.Log(1.5), 2), Math.Pow(Math.Log(1.001), 2)]), Tolerance)
                .Then(() => Verdict.Require(losses[0].ToDouble() > 1e5 * losses[1].ToDouble(), "The two cost much the same."))
                .Then(() => Comparison.Same("squared error", Loss.SquaredError(asked, paid), ones(2, dtype: ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
        Own("small targets keep their digits", "With an offset of 1, a target of 1e-12 is not rounded away.", (op, _) =>
            Comparison.Same(
                "result", op(zeros(1, dtype: ScalarType.Float64), tensor([1e-12]), 1), tensor([1e-24]), new Tolerance(1e-9, 0))) with { Cases = 1 },
    ];
}
