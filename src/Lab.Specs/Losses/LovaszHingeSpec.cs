using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Lovász hinge against the integral of the Jaccard loss over all thresholds of the error.</summary>
public sealed class LovaszHingeSpec : Spec<Func<Tensor, Tensor, Tensor?, RegionScope, Tensor>, LabelMapCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, RegionScope, Tensor> Op => Loss.LovaszHinge;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, RegionScope, Tensor> Oracle => (logits, targets, mask, scope) =>
    {
        var (z, y) = (ClosedForm.Numbers(logits), ClosedForm.Numbers(targets));
        var kept = mask is null ? null : ClosedForm.Numbers(mask.expand(logits.shape));
        var images = scope == RegionScope.Batch ? 1 : (int)logits.size(0);
        var pixels = images == 0 ? 0 : z.Length / images;
        var (values, slopes) = (new double[images], new double[z.Length]);
        for (var b = 0; b < images; b++)
        {
            var entries = Enumerable.Range(b * pixels, pixels).Where(n => kept is null || kept[n] > 0).ToArray();
            var steps = new double[entries.Length];
            values[b] = JaccardSets.Extension([.. entries.Select(Error)], [.. entries.Select(n => y[n] > 0)], steps);
            for (var i = 0; i < entries.Length; i++)
                slopes[entries[i]] = Error(entries[i]) > 0 ? steps[i] * (1 - 2 * y[entries[i]]) : 0;
        }
        return Known.Value(logits, tensor(values).reshape(scope == RegionScope.Batch ? [] : [images]), tensor(slopes).reshape(logits.shape));

        double Error(int n) => Math.Max(0, 1 - z[n] * (2 * y[n] - 1));
    };

    /// <inheritdoc/>
    public override Gen<LabelMapCase> Cases => LabelMapCase.Any.Select(c => c with { Hard = true });

    /// <inheritdoc/>
    public override bool SmoothAt(LabelMapCase @case) => @case is { Scale: > 0, Decimals: null };

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(LabelMapCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbMasked(arguments);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, RegionScope, Tensor> op, LabelMapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments.ElementAtOrDefault(2), @case.Scope)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, RegionScope, Tensor>>> BadInputs =>
    [
        new("null for logits", "logits", () => [ones(2)], (op, x) => op(null!, x[0], null, RegionScope.Image)),
        new("integer logits", "logits", () => [ones(2, dtype: ScalarType.Int64), ones(2)], (op, x) => op(x[0], x[1], null, RegionScope.Image)),
        new("a scalar", "logits", () => [ones([]), ones([])], (op, x) => op(x[0], x[1], null, RegionScope.Image)),
        new("null for targets", "targets", () => [ones(2)], (op, x) => op(x[0], null!, null, RegionScope.Image)),
        new("class indices as targets", "targets", () => [ones(2), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], null, RegionScope.Image)),
        new("targets that would broadcast", "targets", () => [ones(2, 3), ones(3)], (op, x) => op(x[0], x[1], null, RegionScope.Image)),
        new("targets on another device", "targets", () => [ones(2), ones([2], device: META)], (op, x) => op(x[0], x[1], null, RegionScope.Image)),
        new("targets -1 for no", "targets", () => [ones(2), tensor([-1f, 1f])], (op, x) => op(x[0], x[1], null, RegionScope.Image)),
        new("a mask of numbers", "mask", () => [ones(2), ones(2), ones(2)], (op, x) => op(x[0], x[1], x[2], RegionScope.Image)),
        new("a mask that does not broadcast", "mask", () => [ones(2), ones(2), ones(3) > 0], (op, x) => op(x[0], x[1], x[2], RegionScope.Image)),
        new("a scope that is neither", "scope", () => [ones(2), ones(2)], (op, x) => op(x[0], x[1], null, (RegionScope)2)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, RegionScope, Tensor>, LabelMapCase>> OwnLaws =>
    [
        Own("on hard predictions it is twice 1 less the IoU", "For logits of -1 and 1 every wrong pixel has error 2, and the loss is twice the Jaccard loss.", (op, c) =>
        {
            var drawn = (c with { Masked = null }).Draw();
            var (guess, y) = ((drawn[0].Value > 0).reshape(c.B, -1), (drawn[1].Value > 0).reshape(c.B, -1));
            var common = guess.logical_and(y).sum(1).to(ScalarType.Float64);
            var union = guess.logical_or(y).sum(1).to(ScalarType.Float64);
            var expected = (2 * (1 - common / union)).masked_fill(union == 0, 0);
            return Comparison.Same(
                "result", op(2 * guess.to(ScalarType.Float64) - 1, y.to(ScalarType.Float64), null, RegionScope.Image), expected, Tolerance);
        }),
        Own("no order of the pixels gives more", "For maps of up to six pixels it is the greatest of the sums over all orders in which pixels can go wrong.", (op, c) =>
        {
            var drawn = (c with { B = 1, L = 1, Extra = new([6]), Masked = null }).Draw();
            var (z, y) = (ClosedForm.Numbers(drawn[0].Value), ClosedForm.Numbers(drawn[1].Value));
            double[] errors = [.. z.Select((value, n) => Math.Max(0, 1 - value * (2 * y[n] - 1)))];
            return Comparison.Same(
                "result", op(drawn[0].Value, drawn[1].Value, null, RegionScope.Image),
                tensor([JaccardSets.GreatestOfAllOrders(errors, [.. y.Select(v => v > 0)])]), Tolerance);
        }) with { Cases = 30 },
        Own("beyond the margin nothing is pushed", "Logits that are right by 1 and more have loss 0 and gradient 0.", (op, c) =>
        {
            var drawn = c.Draw();
            var y = drawn[1].Value;
            var logits = ((2 * y - 1) * (1.5 + drawn[0].Value.abs())).requires_grad_();
            var losses = op(logits, y, drawn.ElementAtOrDefault(2)?.Value, c.Scope);
            losses.sum().backward();
            return Comparison.Same("result", losses, zeros_like(losses), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros_like(logits), Tolerance));
        }),
        Own("it bounds the Jaccard loss", "The loss is never less than 1 less the IoU of the pixels whose logit is above 0.", (op, c) =>
        {
            var drawn = (c with { Masked = null }).Draw();
            var (guess, y) = ((drawn[0].Value > 0).reshape(c.B, -1), (drawn[1].Value > 0).reshape(c.B, -1));
            var union = guess.logical_or(y).sum(1).to(ScalarType.Float64);
            var jaccard = (1 - guess.logical_and(y).sum(1) / union).masked_fill(union == 0, 0);
            return Verdict.Require(
                (op(drawn[0].Value, drawn[1].Value, null, RegionScope.Image) >= jaccard - 1e-9).all().ToBoolean(), "The loss is less than the Jaccard loss.");
        }),
    ];
}
