using FsCheck;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>What the specs of losses between predictions and targets of one shape have in common.</summary>
public abstract class RegressionSpec<TOp> : Spec<TOp, RegressionCase>
    where TOp : Delegate
{
    /// <summary>A version of the op with a case's options filled in.</summary>
    protected abstract Func<Tensor, Tensor, Tensor> Bind(TOp op, RegressionCase @case);

    /// <summary>The name of the op's first parameter.</summary>
    protected virtual string PredictionsName => "predictions";

    /// <inheritdoc/>
    public override Gen<RegressionCase> Cases => RegressionCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(TOp op, RegressionCase @case, Tensor[] arguments) =>
        [Bind(op, @case)(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<TOp>> BadInputs =>
    [
        Bad($"integer {PredictionsName}", PredictionsName, () => [ones(2, dtype: ScalarType.Int64), ones(2)]),
        Bad("integer targets", "targets", () => [ones(2), ones(2, dtype: ScalarType.Int64)]),
        Bad("targets of another dtype", "targets", () => [ones(2), ones(2, dtype: ScalarType.Float64)]),
        Bad("a column against a row, which would broadcast", "targets", () => [ones(3, 1), ones(3)]),
        Bad("a row against a column, which would broadcast", "targets", () => [ones(3), ones(3, 1)]),
        Bad("targets of size 1, which would broadcast", "targets", () => [ones(3, 2), ones(3, 1)]),
        new($"null for {PredictionsName}", PredictionsName, () => [ones(2)], (op, x) => Bind(op, Plain)(null!, x[0])),
        new("null for targets", "targets", () => [ones(2)], (op, x) => Bind(op, Plain)(x[0], null!)),
    ];

    /// <summary>Two tensors that the op must refuse, whatever its options.</summary>
    protected BadInput<TOp> Bad(string description, string parameter, Func<Tensor[]> draw, RegressionCase? @case = null) =>
        new(description, parameter, draw, (op, x) => Bind(op, @case ?? Plain)(x[0], x[1]));

    /// <summary>An option that the op must refuse, with tensors that are fine.</summary>
    protected BadInput<TOp> BadParameter(string description, string parameter, double value) =>
        Bad(description, parameter, () => [ones(2), ones(2)], Plain with { Parameter = value });

    /// <summary>Options of usual size.</summary>
    protected virtual RegressionCase Plain => new() { Shape = new([2]) };

    /// <summary>The error is what counts, and not where it happens or who makes it.</summary>
    protected Law<TOp, RegressionCase> OnlyTheErrorCounts => Own(
        "only the size of the error counts",
        "Moving prediction and target together, or swapping the two, changes nothing.",
        (op, c) =>
        {
            var (loss, predictions, targets) = Drawn(op, c);
            var expected = loss(predictions, targets);
            return Comparison.Same("moved result", loss(predictions + 16, targets + 16), expected, new Tolerance(1e-8, 1e-8))
                .Then(() => Comparison.Same("swapped result", loss(targets, predictions), expected, Tolerance));
        });

    /// <summary>An exact answer costs nothing and is left alone; any other costs something.</summary>
    protected Law<TOp, RegressionCase> AHitIsFree => Own(
        "a hit is free",
        "An exact prediction costs 0 and gets gradient 0, at the kink too; every other costs more than 0.",
        (op, c) =>
        {
            var (loss, predictions, targets) = Drawn(op, c with { Scale = Math.Max(c.Scale, 0.1) });
            var hit = predictions.clone().requires_grad_();
            var losses = loss(hit, predictions);
            losses.sum().backward();
            return Comparison.Same("loss of a hit", losses, zeros_like(losses), new Tolerance(0, 0))
                .Then(() => Comparison.Same("gradient of a hit", hit.grad!, zeros_like(losses), new Tolerance(0, 0)))
                .Then(() => Verdict.Require(
                    loss(predictions, targets).gt(0).logical_or(predictions == targets).all().ToBoolean(),
                    "A miss costs nothing."));
        });

    /// <summary>The statistic of the targets that the loss asks for: no other constant answer costs less.</summary>
    protected Law<TOp, RegressionCase> BestConstant(string name, string sentence, Func<Tensor, RegressionCase, Tensor> statistic) => Own(
        name, sentence,
        (op, c) =>
        {
            var (loss, _, drawn) = Drawn(op, c);
            var targets = drawn.reshape(-1);
            var best = statistic(targets, c).ToDouble();
            var least = Total(best);
            foreach (var other in new[] { -10.0, -1, -0.1, -0.01, 0.01, 0.1, 1, 10 }.Select(step => best + step))
                if (Total(other) < least * (1 - 1e-12) - 1e-12)
                    return Verdict.Fails($"The answer {best:G6} costs {least:G6} in all, but {other:G6} costs {Total(other):G6}.");
            return Verdict.Holds;

            double Total(double constant) => loss(full_like(targets, constant), targets).sum().ToDouble();
        });

    /// <summary>A bound version of the op, and a case's tensors.</summary>
    protected (Func<Tensor, Tensor, Tensor> Loss, Tensor Predictions, Tensor Targets) Drawn(TOp op, RegressionCase @case)
    {
        var drawn = @case.Draw();
        return (Bind(op, @case), drawn[0].Value, drawn[1].Value);
    }

    /// <summary>Whether no error of a case is at the kink 0.</summary>
    protected static bool Misses(RegressionCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return !@case.Hits && @case.Scale > 0 && @case.Decimals is null;
    }
}
