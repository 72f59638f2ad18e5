using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Metrics;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Pearson's distance against half the mean squared difference of standardised predictions and targets.</summary>
public sealed class PearsonDistanceSpec : Spec<Func<Tensor, Tensor, Tensor>, PairsCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Loss.PearsonDistance;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (predictions, targets) =>
    {
        var constant = (predictions == predictions[0]).all(0).logical_or((targets == targets[0]).all(0));
        var (x, y) = (Standard(predictions, constant), Standard(targets, constant));
        return ((x - y).square().mean([0]) / 2).masked_fill(constant, 1);
    };

    /// <inheritdoc/>
    public override Gen<PairsCase> Cases => PairsCase.Any.Select(c => c with { Extremes = [1e4, -1e4] });

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override bool SmoothAt(PairsCase @case) => @case is { Scale: > 0, B: > 2, Ties: false, Decimals: null };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, PairsCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs => PairsBadInputs.All;

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, PairsCase>> OwnLaws =>
    [
        Own("it runs from 0 to 2", "0 for predictions on a rising line, 2 on a falling one, never outside.", (op, c) =>
        {
            var drawn = (c with { B = Math.Max(c.B, 2), Scale = 1, Ties = false }).Draw();
            var (x, y) = (drawn[0].Value, drawn[1].Value);
            var distance = op(x, y);
            return Comparison.Same("distance", op(2 * y - 1, y), zeros_like(distance), Tolerance)
                .Then(() => Comparison.Same("distance", op(1 - 2 * y, y), full_like(distance, 2), Tolerance))
                .Then(() => Verdict.Require(distance.ge(0).logical_and(distance <= 2).all().item<bool>(), "It lies outside [0, 2]."));
        }),
        Own("a batch is not the mean of its parts", "Two halves in perfect order, each with distance 0, make a whole with a distance above 1.", (op, _) =>
        {
            var (x, y) = (tensor([0.0, 1.0, 10.0, 11.0]), tensor([10.0, 11.0, 0.0, 1.0]));
            var halves = op(x.narrow(0, 0, 2), y.narrow(0, 0, 2)) + op(x.narrow(0, 2, 2), y.narrow(0, 2, 2));
            return Comparison.Same("distance of the halves", halves, tensor(0.0), Tolerance)
                .Then(() => Comparison.Same("distance of the whole", op(x, y), tensor(1 + 99.0 / 101), Tolerance));
        }) with { Cases = 1 },
        Own("a constant start has a finite gradient", "Constant predictions have distance 1 and gradient 0, and so has a batch of one.", (op, _) =>
        {
            var (x, one) = (full(3, 0.1, dtype: ScalarType.Float64).requires_grad_(), tensor([5.0], requires_grad: true));
            var (distance, ofOne) = (op(x, tensor([1.0, 2.0, 4.0])), op(one, tensor([2.0])));
            (distance + ofOne).backward();
            return Comparison.Same("distance", stack([distance, ofOne]), tensor([1.0, 1.0]), Tolerance)
                .Then(() => Comparison.Same("gradient", cat([x.grad!, one.grad!]), zeros(4, dtype: ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
    ];

    private static Tensor Standard(Tensor x, Tensor constant)
    {
        var centred = x - x.mean([0], keepdim: true);
        var variance = centred.square().mean([0]).masked_fill(constant, 1);
        return (centred / variance.sqrt()).masked_fill(constant, 0);
    }
}
