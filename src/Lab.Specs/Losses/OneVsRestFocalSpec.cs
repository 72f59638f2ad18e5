using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Focal loss of one class against the rest, against its value and gradient worked out by hand.</summary>
public sealed class OneVsRestFocalSpec : Spec<Func<Tensor, Tensor, double, double?, long, Tensor>, ClassCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double?, long, Tensor> Op => Loss.OneVsRestFocal;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double?, long, Tensor> Oracle => (logits, targets, gamma, alpha, ignoreIndex) =>
    {
        var truth = ClosedForm.Indices(targets);
        return ClosedForm.PerExample(logits, (z, i, slopes) =>
        {
            var total = 0.0;
            for (var k = 0; k < z.Length && truth[i] != ignoreIndex; k++)
            {
                var sign = truth[i] == k ? 1 : -1;
                var (right, wrong) = (Math.Exp(-ClosedForm.SoftPlus(-sign * z[k])), Math.Exp(-ClosedForm.SoftPlus(sign * z[k])));
                var factor = (alpha is { } a ? (sign > 0 ? a : 1 - a) : 1) * Math.Pow(wrong, gamma);
                var surprise = ClosedForm.SoftPlus(-sign * z[k]);
                total += factor * surprise;
                slopes[k] = -sign * factor * (wrong + gamma * right * surprise);
            }
            return total;
        });
    };

    /// <inheritdoc/>
    public override Gen<ClassCase> Cases =>
        from c in ClassCase.Any
        from gamma in Gen.Elements(0.0, 0.5, 1.0, 2.0, 5.0)
        from alpha in Gen.Elements(0.0, 0.25, 0.5, 1.0)
        select c with { Gamma = gamma, Smoothing = alpha, Weighted = false, Extremes = [1e4, -1e4] };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, double, double?, long, Tensor> op, ClassCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Gamma, Alpha(@case), @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ClassCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.DisturbIgnored(arguments);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, double?, long, Tensor>>> BadInputs =>
    [
        .. ClassBadInputs.Of<Func<Tensor, Tensor, double, double?, long, Tensor>>("logits", (op, z, y, _) => op(z, y, 2, null, -100))
            .Where(bad => bad.Parameter != "weight"),
        new("a negative gamma", "gamma", Usual, (op, x) => op(x[0], x[1], -1, null, -100)),
        new("gamma NaN", "gamma", Usual, (op, x) => op(x[0], x[1], double.NaN, null, -100)),
        new("TorchVision's alpha -1 for none", "alpha", Usual, (op, x) => op(x[0], x[1], 2, -1, -100)),
        new("alpha above 1", "alpha", Usual, (op, x) => op(x[0], x[1], 2, 1.5, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, double?, long, Tensor>, ClassCase>> OwnLaws =>
    [
        Own("gamma 0 is K questions", "With γ = 0 and no α it is the sum of the library's binary cross-entropies with one-hot labels.", (op, c) =>
        {
            var drawn = (c with { Ignored = 0 }).Draw();
            var labels = F.one_hot(drawn[1].Value, c.K).movedim([-1], [1]).to(ScalarType.Float64);
            return Comparison.Same(
                "result", op(drawn[0].Value, drawn[1].Value, 0, null, -100),
                F.binary_cross_entropy_with_logits(drawn[0].Value, labels, reduction: nn.Reduction.None).sum(1), Tolerance);
        }),
        Own("classes do not compete", "Changing one class's logit changes the gradient in no other.", (op, c) =>
        {
            if (c.K < 2)
                return Verdict.DoesNotApply;
            var drawn = c.Draw();
            var (a, b) = (drawn[0].Value.clone(), drawn[0].Value.clone());
            b.select(1, 0).add_(3);
            op(a.requires_grad_(), drawn[1].Value, c.Gamma, Alpha(c), c.IgnoreIndex).sum().backward();
            op(b.requires_grad_(), drawn[1].Value, c.Gamma, Alpha(c), c.IgnoreIndex).sum().backward();
            return Comparison.Same("gradient", b.grad!.narrow(1, 1, c.K - 1), a.grad!.narrow(1, 1, c.K - 1), Tolerance);
        }),
    ];

    /// <summary>0 stands for none.</summary>
    private static double? Alpha(ClassCase @case) => @case.Smoothing == 0 ? null : @case.Smoothing;

    private static Tensor[] Usual() => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)];
}
