using FsCheck;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>The likelihood under a Gaussian with its own variance against the library's distribution.</summary>
public sealed class GaussianNegativeLogLikelihoodSpec : Spec<Func<Tensor, Tensor, Tensor, bool, double, Tensor>, GaussianCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, bool, double, Tensor> Op => Loss.GaussianNegativeLogLikelihood;

    /// <summary>
    /// By way of the standard deviation and the library's normal distribution. Its own <c>gaussian_nll_loss</c> has gradient
    /// 0 in every variance, and adds up all dimensions but the first.
    /// </summary>
    public override Func<Tensor, Tensor, Tensor, bool, double, Tensor> Oracle => (means, variances, targets, full, floor) =>
    {
        var low = variances.detach() < floor;
        var lifted = where(low, floor + (variances - variances.detach()), variances);
        using var normal = distributions.Normal(means, lifted.sqrt());
        return -normal.log_prob(targets) - (full ? 0 : 0.5 * Math.Log(2 * Math.PI));
    };

    /// <inheritdoc/>
    public override Gen<GaussianCase> Cases => GaussianCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor, bool, double, Tensor> op, GaussianCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], @case.Full, @case.Floor)];

    /// <summary>Below the floor the gradient is not that of the value, on purpose.</summary>
    public override bool SmoothAt(GaussianCase @case) => @case.Floor == GaussianCase.LowFloor;

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, bool, double, Tensor>>> BadInputs =>
    [
        Bad("integer means", "means", () => [ones(2, dtype: ScalarType.Int64), ones(2), ones(2)]),
        Bad("integer variances", "variances", () => [ones(2), ones(2, dtype: ScalarType.Int64), ones(2)]),
        Bad("one variance for all, which would broadcast", "variances", () => [ones(2), ones(1), ones(2)]),
        Bad("a column of targets against a row of means", "targets", () => [ones(2), ones(2), ones(2, 1)]),
        Bad("targets of another dtype", "targets", () => [ones(2), ones(2), ones(2, dtype: ScalarType.Float64)]),
        Bad("a negative variance: its logarithm, by mistake", "variances", () => [ones(2), tensor([1f, -1f]), ones(2)]),
        new("null for variances", "variances", () => [ones(2), ones(2)], (op, x) => op(x[0], null!, x[1], false, 1e-6)),
        new("null for targets", "targets", () => [ones(2), ones(2)], (op, x) => op(x[0], x[1], null!, false, 1e-6)),
        new("floor 0", "varianceFloor", () => [ones(2), ones(2), ones(2)], (op, x) => op(x[0], x[1], x[2], false, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, bool, double, Tensor>, GaussianCase>> OwnLaws =>
    [
        Own("the best variance is the squared error", "At v = (y - μ)² the gradient in the variance is 0; less doubt or more costs more.", (op, c) =>
        {
            var drawn = c.Draw();
            var (means, targets) = (drawn[0].Value, drawn[0].Value + drawn[1].Value);      // errors of 0.3 and more
            var right = (targets - means).square().requires_grad_();
            var losses = op(means, right, targets, c.Full, GaussianCase.LowFloor);
            losses.sum().backward();
            return Comparison.Same("gradient in the variance", right.grad!, zeros_like(right), new Tolerance(0, 1e-9))
                .Then(() => Verdict.Require(
                    new[] { 0.5, 0.9, 1.1, 2 }.All(factor =>
                        op(means, factor * right.detach(), targets, c.Full, GaussianCase.LowFloor).gt(losses).all().ToBoolean()),
                    "Another variance costs less."));
        }),
        Own("the full loss is a density", "exp(-loss) integrates to 1 over the targets.", (op, c) =>
        {
            var (mean, sigma) = (c.Seed % 7 - 3.0, 0.5 + c.Seed % 5);
            var targets = linspace(mean - 12 * sigma, mean + 12 * sigma, 2001, dtype: ScalarType.Float64);
            var density = (-op(full_like(targets, mean), full_like(targets, sigma * sigma), targets, true, 1e-6)).exp();
            return Comparison.Same("integral", density.sum() * (24 * sigma / 2000), tensor(1.0), new Tolerance(1e-9, 0));
        }) with { Cases = 10 },
        Own("with variance 1 it is half the squared error", "What squared error leaves out is only that the variance may differ.", (op, c) =>
        {
            var drawn = c.Draw();
            var (means, targets) = (drawn[0].Value, drawn[2].Value);
            return Comparison.Same(
                "result", op(means, ones_like(means), targets, false, 1e-6), Loss.SquaredError(means, targets) / 2, Tolerance);
        }),
        Own("a variance of 0 can grow again", "Below the floor the loss is that of the floor, and a miss still pulls the variance up.", (op, c) =>
        {
            var variances = tensor([0.0, 0.25], requires_grad: true);
            var (means, targets) = (zeros(2, dtype: ScalarType.Float64), tensor([3.0, 3.0]));
            var losses = op(means, variances, targets, c.Full, 0.5);
            losses.sum().backward();
            return Comparison.Same(
                    "result", losses, op(means, tensor([0.5, 0.5]), targets, c.Full, 0.5), Tolerance)
                .Then(() => Verdict.Require(variances.grad!.lt(0).all().ToBoolean(), "The variance is not pulled up."));
        }) with { Cases = 2 },
    ];

    private static BadInput<Func<Tensor, Tensor, Tensor, bool, double, Tensor>> Bad(
        string description, string parameter, Func<Tensor[]> draw) =>
        new(description, parameter, draw, (op, x) => op(x[0], x[1], x[2], false, 1e-6));
}
