using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Dice loss of labels against its sums and gradient in plain doubles.</summary>
public sealed class SigmoidDiceSpec : Spec<Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor>, LabelMapCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor> Op => Loss.SigmoidDice;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor> Oracle =>
        (logits, targets, smoothing, mask, classes, scope) =>
        {
            var (images, labels) = ((int)logits.size(0), (int)logits.size(1));
            var (z, y) = (ClosedForm.Numbers(logits), ClosedForm.Numbers(targets));
            var kept = mask is null ? null : ClosedForm.Numbers(mask.expand(logits.shape));
            var pixels = images == 0 ? 0 : z.Length / images / labels;
            var slopes = new double[z.Length];
            var groups = scope == RegionScope.Batch ? [Enumerable.Range(0, images)] : Enumerable.Range(0, images).Select(b => Enumerable.Range(b, 1));
            var values = groups.Select(group => Mean([.. group])).ToArray();
            return Known.Value(logits, tensor(values).reshape(scope == RegionScope.Batch ? [] : [images]), tensor(slopes).reshape(logits.shape));

            double Mean(int[] members)
            {
                var entries = Enumerable.Range(0, labels)
                    .Select(l => members.SelectMany(b => Enumerable.Range((b * labels + l) * pixels, pixels)).Where(n => kept is null || kept[n] > 0).ToArray())
                    .ToArray();
                var counted = entries.Where(e => classes == RegionClasses.All || e.Any(n => y[n] > 0)).ToArray();
                return counted.Sum(e => One(e, counted.Length)) / Math.Max(1, counted.Length);
            }

            double One(int[] entries, int among)
            {
                var (common, mass) = (smoothing, smoothing);
                foreach (var n in entries)
                    (common, mass) = (common + 2 * Sigmoid(z[n]) * y[n], mass + Sigmoid(z[n]) + y[n]);
                if (mass == 0)
                    return 0;
                foreach (var n in entries)
                    slopes[n] = Sigmoid(z[n]) * Sigmoid(-z[n]) * (common / mass - 2 * y[n]) / mass / among;
                return 1 - common / mass;
            }
        };

    /// <inheritdoc/>
    public override Gen<LabelMapCase> Cases => LabelMapCase.Any;

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(LabelMapCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbMasked(arguments);
    }

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor> op, LabelMapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Smoothing, arguments.ElementAtOrDefault(2), @case.Classes, @case.Scope)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor>>> BadInputs =>
    [
        new("null for logits", "logits", () => [ones(1, 2)], (op, x) => Usual(op, null!, x[0])),
        new("integer logits", "logits", () => [ones(1, 2, dtype: ScalarType.Int64), ones(1, 2)], (op, x) => Usual(op, x[0], x[1])),
        new("logits of rank 1", "logits", () => [ones(2), ones(2)], (op, x) => Usual(op, x[0], x[1])),
        new("no labels", "logits", () => [ones(2, 0), ones(2, 0)], (op, x) => Usual(op, x[0], x[1])),
        new("null for targets", "targets", () => [ones(1, 2)], (op, x) => Usual(op, x[0], null!)),
        new("class indices as targets", "targets", () => [ones(1, 2), zeros(1, dtype: ScalarType.Int64)], (op, x) => Usual(op, x[0], x[1])),
        new("targets that would broadcast", "targets", () => [ones(2, 2), ones(1, 2)], (op, x) => Usual(op, x[0], x[1])),
        new("targets on another device", "targets", () => [ones(1, 2), ones([1, 2], device: META)], (op, x) => Usual(op, x[0], x[1])),
        new("targets above 1", "targets", () => [ones(1, 2), ones(1, 2) * 255], (op, x) => Usual(op, x[0], x[1])),
        new("targets above 1 that the mask lets count", "targets", () => [ones(1, 2), ones(1, 2) * 255, tensor([true, false]).reshape(1, 2)], (op, x) => Usual(op, x[0], x[1], x[2])),
        new("a mask of numbers", "mask", () => [ones(1, 2), ones(1, 2), ones(1, 2)], (op, x) => Usual(op, x[0], x[1], x[2])),
        new("a mask that does not broadcast", "mask", () => [ones(1, 2), ones(1, 2), ones(1, 3) > 0], (op, x) => Usual(op, x[0], x[1], x[2])),
        new("a mask on another device", "mask", () => [ones(1, 2), ones(1, 2), ones([1, 2], dtype: ScalarType.Bool, device: META)], (op, x) => Usual(op, x[0], x[1], x[2])),
        new("a negative smoothing", "smoothing", () => [ones(1, 2), ones(1, 2)], (op, x) => op(x[0], x[1], -1, null, RegionClasses.Present, RegionScope.Image)),
        new("all labels without smoothing", "smoothing", () => [ones(1, 2), ones(1, 2)], (op, x) => op(x[0], x[1], 0, null, RegionClasses.All, RegionScope.Image)),
        new("classes that are neither", "classes", () => [ones(1, 2), ones(1, 2)], (op, x) => op(x[0], x[1], 0, null, (RegionClasses)3, RegionScope.Image)),
        new("a scope that is neither", "scope", () => [ones(1, 2), ones(1, 2)], (op, x) => op(x[0], x[1], 0, null, RegionClasses.Present, (RegionScope)3)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor>, LabelMapCase>> OwnLaws =>
    [
        Own("what is found exactly costs nothing", "Sure and right in every pixel, the loss is 0; sure and wrong in every pixel, it is 1 for the labels that are there.", (op, c) =>
        {
            var drawn = (c with { Hard = true, Masked = null }).Draw();
            var y = drawn[1].Value;
            var (right, wrong) = (Usual(op, (2 * y - 1) * 1e4, y), Usual(op, (1 - 2 * y) * 1e4, y));
            var there = y.reshape(c.B, -1).sum(1) > 0;
            return Comparison.Same("result where all is right", right, zeros_like(right), Tolerance)
                .Then(() => Comparison.Same("result where all is wrong", wrong, there.to(ScalarType.Float64), Tolerance));
        }),
        Own("a mask is the map without these pixels", "Leaving out pixels by a mask gives the loss of the pixels that are left.", (op, c) =>
        {
            var one = c with { B = 1, Masked = 0.4, MaskPerLabel = false };
            var drawn = one.Draw();
            var kept = drawn[2].Value.reshape(-1).nonzero().squeeze(1);
            Tensor Left(int argument) => drawn[argument].Value.reshape(1, c.L, -1).index_select(2, kept);
            return Comparison.Same("result", Call(op, one, [.. drawn.Select(a => a.Value)])[0], Call(op, one, [Left(0), Left(1)])[0], Tolerance);
        }),
        Own("one label is the second of two classes", "The loss of a label's logit z is the softmax Dice loss of the logits [0, z], seen through that class.", (op, c) =>
        {
            var drawn = (c with { L = 1, Hard = true, Masked = null }).Draw();
            var (z, y) = (drawn[0].Value.requires_grad_(), drawn[1].Value.squeeze(1).to(ScalarType.Int64));
            var p = Activation.Softmax(cat([zeros_like(z), z], 1), 1).narrow(1, 1, 1).reshape(c.B, -1);
            var truth = y.reshape(c.B, -1);
            var mass = p.sum(1) + truth.sum(1);
            var expected = (1 - 2 * (p * truth).sum(1) / mass).masked_fill(truth.sum(1) == 0, 0);
            return Comparison.Same("result", Usual(op, z, drawn[1].Value), expected, new Tolerance(1e-9, 1e-9));
        }),
        Own("an empty image teaches only where asked", "Without a single yes the gradient is 0 under Present; under All with smoothing it pushes every score down.", (op, c) =>
        {
            var drawn = (c with { Share = 0, Masked = null, Scale = 1 }).Draw();
            var (a, b) = (drawn[0].Value.clone().requires_grad_(), drawn[0].Value.clone().requires_grad_());
            op(a, drawn[1].Value, 1, null, RegionClasses.Present, c.Scope).sum().backward();
            op(b, drawn[1].Value, 1, null, RegionClasses.All, c.Scope).sum().backward();
            return Comparison.Same("gradient", a.grad!, zeros_like(a), Tolerance)
                .Then(() => Verdict.Require((b.grad! > 0).all().ToBoolean(), "A false alarm is not pushed down."));
        }),
    ];

    private static Tensor Usual(
        Func<Tensor, Tensor, double, Tensor?, RegionClasses, RegionScope, Tensor> op, Tensor logits, Tensor targets, Tensor? mask = null) =>
        op(logits, targets, 0, mask, RegionClasses.Present, RegionScope.Image);

    private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
}
