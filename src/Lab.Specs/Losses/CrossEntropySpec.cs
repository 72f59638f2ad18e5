using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Softmax cross-entropy against the library's, unreduced.</summary>
public sealed class CrossEntropySpec : Spec<Func<Tensor, Tensor, Tensor?, long, double, Tensor>, ClassCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, long, double, Tensor> Op => Loss.CrossEntropy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, long, double, Tensor> Oracle =>
        (logits, targets, weight, ignoreIndex, smoothing) => targets.is_floating_point()
            ? F.cross_entropy(logits, targets, weight, Loss.DefaultIgnoreIndex, nn.Reduction.None, smoothing)
            // An ignored row of only -∞ has gradient NaN in the library, and 0 here; 0·∞ by a weight is NaN there, and 0 here.
            : F.cross_entropy(
                logits.masked_fill((targets == ignoreIndex).unsqueeze(1), 0), targets, weight, ignoreIndex,
                nn.Reduction.None, smoothing).masked_fill(Weightless(targets, weight, ignoreIndex, smoothing), 0);

    private static Tensor Weightless(Tensor targets, Tensor? weight, long ignoreIndex, double smoothing) =>
        weight is null || smoothing > 0
            ? zeros_like(targets).to(ScalarType.Bool)
            : weight[TensorIndex.Tensor(targets.masked_fill(targets == ignoreIndex, 0))] == 0;

    /// <inheritdoc/>
    public override Gen<ClassCase> Cases =>
        from c in ClassCase.Any
        from smoothing in Gen.Elements(0.0, 0.0, 0.1, 0.9)
        from soft in Gen.Elements(false, false, true)
        select c with
        {
            Smoothing = smoothing,
            Soft = soft,
            // The library's 0 · ∞ is NaN where ours is 0: an infinite logit is for a law of our own.
            Extremes = soft || smoothing > 0 ? [1e4, -1e4] : [1e4, -1e4, double.NegativeInfinity],
            ExtremesOfValue = c.Weighted ? [] : [double.NaN],
        };

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor?, long, double, Tensor> op, ClassCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2), @case.IgnoreIndex, @case.Smoothing)];

    /// <inheritdoc/>
    public override bool HasKernel => true;

    /// <inheritdoc/>
    public override ClassCase Enlarge(ClassCase @case) => @case.Enlarged();

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ClassCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbIgnored(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, long, double, Tensor>>> BadInputs =>
    [
        .. ClassBadInputs.Of<Func<Tensor, Tensor, Tensor?, long, double, Tensor>>(
            "logits", (op, z, y, w) => op(z, y, w, Loss.DefaultIgnoreIndex, 0)),
        new("smoothing 1", "smoothing", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], null, -100, 1)),
        new("smoothing that is not a number", "smoothing", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], null, -100, double.NaN)),
        new("class probabilities on another device", "targets", () => [ones(2, 3), ones([2, 3], device: META)], (op, x) => op(x[0], x[1], null, -100, 0)),
        new("negative smoothing", "smoothing", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], null, -100, -0.1)),
        new("class probabilities of another shape", "targets", () => [ones(2, 3), ones(2, 4)], (op, x) => op(x[0], x[1], null, -100, 0)),
        new("class probabilities of another dtype", "targets", () => [ones(2, 3), ones(2, 3, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], null, -100, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, long, double, Tensor>, ClassCase>> OwnLaws =>
    [
        Own("an index is a one-hot distribution", "Index targets and their one-hot vectors cost the same.", (op, c) =>
        {
            var hard = (c with { Soft = false, Ignored = 0 }).Draw();
            var (logits, targets) = (hard[0].Value, hard[1].Value);
            var oneHot = F.one_hot(targets, c.K).movedim([-1], [1]).to(ScalarType.Float64);
            var weight = hard.ElementAtOrDefault(2)?.Value;
            // With smoothing the library, and so the op, weights the two differently: see its documentation.
            var smoothing = weight is null ? c.Smoothing : 0;
            return Comparison.Same(
                "result", op(logits, targets, weight, c.IgnoreIndex == 0 ? -100 : c.IgnoreIndex, smoothing),
                op(logits, oneHot, weight, c.IgnoreIndex, smoothing), Tolerance);
        }),
        Own("the gradient of a row sums to zero", "A push towards the target is a pull from the other classes.", (op, c) =>
        {
            var drawn = c.Draw();
            var logits = drawn[0].Value.requires_grad_();
            op(logits, drawn[1].Value, drawn.ElementAtOrDefault(2)?.Value, c.IgnoreIndex, c.Smoothing).sum().backward();
            var sum = logits.grad!.sum(1);
            return Comparison.Same("sum of the gradient", sum, zeros_like(sum), new Tolerance(0, 1e-10));
        }),
        Own("the weighted mean is the library's mean", "WeightedMean with the targets' weights equals the library's reduction.", (op, c) =>
        {
            var drawn = (c with { Soft = false, Smoothing = 0 }).Draw();
            var (logits, targets, weight) = (drawn[0].Value, drawn[1].Value, drawn.ElementAtOrDefault(2)?.Value);
            var valid = targets != c.IgnoreIndex;
            var ofTarget = (weight ?? ones(c.K, dtype: ScalarType.Float64))[TensorIndex.Tensor(targets.masked_fill(~valid, 0))] * valid;
            if (!ofTarget.any().ToBoolean())                          // the library divides 0 by 0
                return Verdict.DoesNotApply;
            var unweighted = op(logits, targets, null, c.IgnoreIndex, 0);
            return Comparison.Same(
                "mean", Loss.WeightedMean(unweighted, ofTarget),
                F.cross_entropy(logits, targets, weight, c.IgnoreIndex, nn.Reduction.Mean), Tolerance);
        }),
        Own("an impossible class of probability 0 costs nothing", "A logit of -∞ where the target has no mass counts as 0, value and gradient.", (op, _) =>
        {
            var logits = tensor([0.0, 0.0, double.NegativeInfinity]).reshape(1, 3).requires_grad_();
            var loss = op(logits, tensor([0.5, 0.5, 0.0]).reshape(1, 3), null, -100, 0);
            loss.sum().backward();
            return Comparison.Same("result", loss, tensor([Math.Log(2)]), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros(1, 3, dtype: ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
        Own("an impossible class of some probability costs infinitely much", "A logit of -∞ costs +∞ where smoothing gives the class mass, unless its weight is 0.", (op, _) =>
        {
            var logits = tensor([0.0, 0.0, double.NegativeInfinity]).reshape(1, 3);
            var (index, soft) = (tensor([0L]), tensor([0.5, 0.5, 0.0]).reshape(1, 3));
            var (infinite, finite) = (tensor([double.PositiveInfinity]), tensor([Math.Log(2) * (1 - 0.1 / 3)]));
            var weight = tensor([1.0, 1.0, 0.0]);
            return Comparison.Same("result", op(logits, index, null, -100, 0.1), infinite, Tolerance)
                .Then(() => Comparison.Same("result", op(logits, soft, null, -100, 0.1), infinite, Tolerance))
                .Then(() => Comparison.Same("result", op(logits, index, weight, -100, 0.1), finite, Tolerance))
                .Then(() => Comparison.Same("result", op(logits, soft, weight, -100, 0.1), finite, Tolerance));
        }) with { Cases = 1 },
    ];
}
