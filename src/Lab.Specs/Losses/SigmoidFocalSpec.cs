using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Sigmoid focal loss against its value and gradient worked out by hand.</summary>
public sealed class SigmoidFocalSpec : Spec<Func<Tensor, Tensor, double, double?, Tensor?, Tensor>, LabelCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double?, Tensor?, Tensor> Op => Loss.SigmoidFocal;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double?, Tensor?, Tensor> Oracle => (logits, targets, gamma, alpha, mask) =>
    {
        var truth = ClosedForm.Numbers(targets);
        var counts = mask is null ? null : ClosedForm.Numbers(mask.expand(logits.shape));
        return ClosedForm.PerExample(logits.reshape(-1, 1), (z, i, slopes) =>
        {
            if (counts?[i] == 0)
                return 0;
            var y = truth[i];
            var (yes, no) = (Sigmoid(z[0]), Sigmoid(-z[0]));
            var balance = alpha is { } a ? a * y + (1 - a) * (1 - y) : 1;
            var surprise = y * ClosedForm.SoftPlus(-z[0]) + (1 - y) * ClosedForm.SoftPlus(z[0]);
            var miss = y * no + (1 - y) * yes;
            var slopeOfMiss = (1 - 2 * y) * yes * no;
            var slopeOfFactor = miss > 0 ? gamma * Math.Pow(miss, gamma - 1) * slopeOfMiss : 0;
            slopes[0] = balance * (Math.Pow(miss, gamma) * (yes - y) + slopeOfFactor * surprise);
            return balance * Math.Pow(miss, gamma) * surprise;
        }).reshape(logits.shape);
    };

    /// <inheritdoc/>
    public override Gen<LabelCase> Cases =>
        from c in LabelCase.Any
        from gamma in Gen.Elements(0.0, 0.5, 1.0, 2.0, 5.0)
        from alpha in Gen.Elements<double?>(null, 0.25, 0.5, 1.0)
        from masked in Gen.Elements(false, false, true)
        select c with { Weighted = false, FixedTargets = true, Gamma = gamma, Alpha = alpha, Masked = masked };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, double?, Tensor?, Tensor> op, LabelCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Gamma, @case.Alpha, arguments.ElementAtOrDefault(2))];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(LabelCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count < 3)
            return null;
        var mask = arguments[2].Value;
        return
        [
            arguments[0].With(where(mask, arguments[0].Value, tensor(double.NaN))), arguments[1].With(where(mask, arguments[1].Value, tensor(255.0))),
            arguments[2],
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, double?, Tensor?, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, dtype: ScalarType.Int64), ones(2)], (op, x) => op(x[0], x[1], 2, null, null)),
        new("null for logits", "logits", () => [ones(2)], (op, x) => op(null!, x[0], 2, null, null)),
        new("null for targets", "targets", () => [ones(2)], (op, x) => op(x[0], null!, 2, null, null)),
        new("class indices as targets", "targets", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 2, null, null)),
        new("targets that would broadcast", "targets", () => [ones(2, 3), ones(3)], (op, x) => op(x[0], x[1], 2, null, null)),
        new("targets of another dtype", "targets", () => [ones(2), ones(2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], 2, null, null)),
        new("class numbers as real targets", "targets", () => [ones(2), tensor([1f, 2f])], (op, x) => op(x[0], x[1], 2, null, null)),
        new("class numbers where the mask lets them count", "targets", () => [ones(2), tensor([255f, 0f]), tensor([true, false])], (op, x) => op(x[0], x[1], 2, null, x[2])),
        new("a mask of numbers", "mask", () => [ones(2), ones(2), ones(2)], (op, x) => op(x[0], x[1], 2, null, x[2])),
        new("a mask that does not broadcast", "mask", () => [ones(2), ones(2), ones(3) > 0], (op, x) => op(x[0], x[1], 2, null, x[2])),
        new("a negative gamma", "gamma", () => [ones(2), ones(2)], (op, x) => op(x[0], x[1], -1, null, null)),
        new("gamma NaN", "gamma", () => [ones(2), ones(2)], (op, x) => op(x[0], x[1], double.NaN, null, null)),
        new("TorchVision's alpha -1 for none", "alpha", () => [ones(2), ones(2)], (op, x) => op(x[0], x[1], 2, -1, null)),
        new("alpha above 1", "alpha", () => [ones(2), ones(2)], (op, x) => op(x[0], x[1], 2, 1.5, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, double?, Tensor?, Tensor>, LabelCase>> OwnLaws =>
    [
        Own("gamma 0 is binary cross-entropy", "With γ = 0 and no α it is the library's binary cross-entropy.", (op, c) =>
        {
            var drawn = c.Draw();
            return Comparison.Same(
                "result", op(drawn[0].Value, drawn[1].Value, 0, null, null),
                F.binary_cross_entropy_with_logits(drawn[0].Value, drawn[1].Value, reduction: nn.Reduction.None), Tolerance);
        }),
        Own("it is TorchVision's formula", "For logits of usual size it is the sum of products that sigmoid_focal_loss computes.", (op, c) =>
        {
            var drawn = (c with { Scale = 1 }).Draw();
            var (logits, y) = (drawn[0].Value, drawn[1].Value);
            var p = logits.sigmoid();
            var right = p * y + (1 - p) * (1 - y);
            var surprise = F.binary_cross_entropy_with_logits(logits, y, reduction: nn.Reduction.None);
            var expected = surprise * (1 - right).pow(c.Gamma);
            if (c.Alpha is { } alpha)
                expected = (alpha * y + (1 - alpha) * (1 - y)) * expected;
            return Comparison.Same("result", op(logits, y, c.Gamma, c.Alpha, null), expected, Tolerance);
        }),
        Own("yes and no are mirror images", "The loss of z against y with α is that of -z against 1 - y with 1 - α.", (op, c) =>
        {
            var drawn = c.Draw();
            return Comparison.Same(
                "result", op(-drawn[0].Value, 1 - drawn[1].Value, c.Gamma, 1 - c.Alpha, null),
                op(drawn[0].Value, drawn[1].Value, c.Gamma, c.Alpha, null), Tolerance);
        }),
        Own("two classes are one label", "Softmax focal loss of the logits [z, 0] is the sigmoid focal loss of z.", (op, c) =>
        {
            var drawn = (c with { Hard = true }).Draw();
            var z = drawn[0].Value.reshape(-1);
            var y = drawn[1].Value.reshape(-1);
            var classes = (1 - y).to(ScalarType.Int64);                   // "yes" is class 0
            return Comparison.Same(
                "result", op(z, y, c.Gamma, null, null), Loss.Focal(stack([z, zeros_like(z)], 1), classes, c.Gamma), Tolerance);
        }),
        Own("a sure and right label has no gradient", "At z = 800 against y = 1 and γ = 0.5 loss and gradient are 0 and not NaN.", (op, _) =>
        {
            var logits = tensor([800.0, -800.0], requires_grad: true);
            var losses = op(logits, tensor([1.0, 0.0]), 0.5, 0.25, null);
            losses.sum().backward();
            return Comparison.Same("result", losses, zeros_like(losses), Tolerance)
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros_like(logits), Tolerance));
        }) with { Cases = 1 },
    ];

    private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
}
