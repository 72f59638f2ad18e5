using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Activations;

/// <summary>Logits with a margin of angle against acos and cos in plain doubles.</summary>
public sealed class AngularMarginSpec : Spec<Func<Tensor, Tensor, double, double, long, Tensor>, MarginCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, long, Tensor> Op => Activation.AngularMargin;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, long, Tensor> Oracle => (cosines, targets, margin, scale, ignoreIndex) =>
    {
        var (classes, shape) = (cosines.size(1), targets.unsqueeze(1).expand(cosines.shape));
        var (target, number) = (ClosedForm.Indices(shape), ClosedForm.Indices(
            arange(classes).reshape([1, -1, .. Enumerable.Repeat(1L, (int)targets.dim() - 1)]).expand(cosines.shape)));
        return ClosedForm.PerExample(cosines.reshape(-1, 1), (cosine, i, slopes) =>
        {
            var (c, angle) = (cosine[0], Math.Acos(cosine[0]));
            var right = target[i] != ignoreIndex && target[i] == number[i];
            if (!right || angle + margin > Math.PI)
            {
                slopes[0] = scale;
                return scale * (right ? c - margin * Math.Sin(margin) : c);
            }
            slopes[0] = scale * (Math.Abs(c) == 1 ? Math.Cos(margin) : Math.Sin(angle + margin) / Math.Sin(angle));
            return scale * Math.Cos(angle + margin);
        }).reshape(cosines.shape);
    };

    /// <inheritdoc/>
    public override Gen<MarginCase> Cases =>
        from c in MarginCase.Any
        from extra in Gen.Elements(Array.Empty<long>(), [3], [2, 3])
        select c with { Extra = new(extra) };

    /// <inheritdoc/>
    public override bool SmoothAt(MarginCase @case) => @case.Decimals is null;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(MarginCase @case, double magnitude) => Tolerance.InSingle(@case.Factor);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, double, long, Tensor> op, MarginCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Margin, @case.Factor, @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, double, long, Tensor>>> BadInputs =>
    [
        .. ClassBadInputs.Of<Func<Tensor, Tensor, double, double, long, Tensor>>("cosines", (op, c, y, _) => op(c, y, 0.5, 64, -100))
            .Where(bad => bad.Parameter != "weight"),
        new("logits for cosines", "cosines", () => [full([2, 3], 4f), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 0.5, 64, -100)),
        new("a cosine below -1", "cosines", () => [full([2, 3], -1.1), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 0.5, 64, -100)),
        new("a cosine that is not a number", "cosines", () => [full([2, 3], double.NaN), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 0.5, 64, -100)),
        Options("a negative margin", "margin", -0.1, 64),
        Options("a margin beyond a right angle", "margin", 1.6, 64),
        Options("a margin that is not a number", "margin", double.NaN, 64),
        Options("scale 0", "scale", 0.5, 0),
        Options("an infinite scale", "scale", 0.5, double.PositiveInfinity),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, double, long, Tensor>, MarginCase>> OwnLaws =>
    [
        Own("the margin is an angle", "At the angle θ the target has s·cos(θ + m), and every other class s·cos θ.", (op, c) =>
        {
            var angles = new[] { 0.01, 0.1, 1.0, Math.PI / 2, Math.PI - c.Margin - 1e-3 };
            var cosines = tensor([.. angles.SelectMany(a => new[] { Math.Cos(a), Math.Cos(a) })]).reshape(-1, 2);
            var expected = tensor([.. angles.SelectMany(a => new[] { Math.Cos(a), Math.Cos(a + c.Margin) })]).reshape(-1, 2);
            return Comparison.Same("logits", op(cosines, ones(5, dtype: ScalarType.Int64), c.Margin, c.Factor, -100), c.Factor * expected, Tolerance);
        }),
        Own("a larger angle is never rewarded", "The target's logit falls all the way from 0 to π, and is nowhere above the one without a margin.", (op, c) =>
        {
            var cosines = linspace(0, Math.PI, 300, dtype: ScalarType.Float64).cos().unsqueeze(1);
            var logits = op(cosines, zeros(300, dtype: ScalarType.Int64), c.Margin, c.Factor, -100).squeeze(1);
            return Verdict.Require((logits.diff() < 0).all().ToBoolean(), "It rises, or stands still, on the way.")
                .Then(() => Verdict.Require((logits <= c.Factor * cosines.squeeze(1) + 1e-12).all().ToBoolean(), "The margin helps somewhere."));
        }),
        Own("gradients are finite at the ends", "At cosines of 1 and -1, and where rounding went past them, the gradient is a number, in every precision.", (op, c) =>
            new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16 }.Aggregate(Verdict.Holds, (verdict, dtype) =>
                verdict.Then(() =>
                {
                    var past = 1 + 4 * finfo(dtype).eps / (dtype == ScalarType.BFloat16 ? 4 : 1);
                    var cosines = tensor([1.0, -1.0, past, -past]).reshape(4, 1).to(dtype).requires_grad_();
                    var logits = op(cosines, zeros(4, dtype: ScalarType.Int64), c.Margin, c.Factor, -100);
                    logits.sum().backward();
                    return Verdict.Require(logits.isfinite().all().ToBoolean(), $"A logit in {dtype} is not finite.")
                        .Then(() => Verdict.Require(cosines.grad!.isfinite().all().ToBoolean(), $"A gradient in {dtype} is not finite."));
                }))),
    ];

    private static BadInput<Func<Tensor, Tensor, double, double, long, Tensor>> Options(string description, string parameter, double margin, double scale) =>
        new(description, parameter, () => [zeros(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], margin, scale, -100));
}
