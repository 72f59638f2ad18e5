using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Focal Tversky loss against its sums and gradient in plain doubles.</summary>
public sealed class FocalTverskySpec : RegionSpec<Func<Tensor, Tensor, double, double, double, double, long, RegionClasses, RegionScope, Tensor>>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, double, double, long, RegionClasses, RegionScope, Tensor> Op => Loss.FocalTversky;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, double, double, double, long, RegionClasses, RegionScope, Tensor> Oracle =>
        (logits, targets, alpha, beta, gamma, smoothing, ignoreIndex, classes, scope) => MapOracle.Softmax(
            logits, targets, ignoreIndex, scope, MapOracle.MeanOfClasses(classes, (p, y, slopes) =>
            {
                var wrong = TverskySpec.Value(p, y, slopes, alpha, beta, smoothing);
                for (var n = 0; n < p.Length; n++)
                    slopes[n] *= wrong > 0 ? gamma * Math.Pow(wrong, gamma - 1) : 0;
                return Math.Pow(Math.Max(wrong, 0), gamma);
            }));

    /// <inheritdoc/>
    public override Gen<RegionCase> Cases =>
        from c in RegionCase.Any
        from smoothing in Gen.Elements(0.0, 0.0, 1.0)
        from alpha in Gen.Elements(0.3, 1.0)
        from beta in Gen.Elements(0.5, 0.7, 1.0)
        from gamma in Gen.Elements(0.75, 1.0, 2.0)
        select (c with { Smoothing = smoothing, Alpha = alpha, Beta = beta, Gamma = gamma, Scale = Math.Min(c.Scale, 3) }).Smoothed();

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, double, double, double, double, long, RegionClasses, RegionScope, Tensor> op, RegionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Alpha, @case.Beta, @case.Gamma, @case.Smoothing, @case.IgnoreIndex, @case.Classes, @case.Scope)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, double, double, double, long, RegionClasses, RegionScope, Tensor>>> BadInputs =>
    [
        .. Refused((op, z, y, s, classes, scope) => op(z, y, 0.5, 0.5, 0.75, s, Loss.DefaultIgnoreIndex, classes, scope)),
        new("a negative price", "alpha", Usual, (op, x) => op(x[0], x[1], -0.5, 0.5, 0.75, 0, -100, RegionClasses.Present, RegionScope.Image)),
        new("misses for nothing", "beta", Usual, (op, x) => op(x[0], x[1], 1, 0, 0.75, 0, -100, RegionClasses.Present, RegionScope.Image)),
        new("the exponent 0", "gamma", Usual, (op, x) => op(x[0], x[1], 0.5, 0.5, 0, 0, -100, RegionClasses.Present, RegionScope.Image)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, double, double, double, long, RegionClasses, RegionScope, Tensor>, RegionCase>> OwnLaws =>
    [
        .. LawsOfRegions,
        Own("the exponent 1 is Tversky", "With γ = 1 it is the Tversky loss.", (op, c) =>
        {
            var drawn = c.Draw();
            return Comparison.Same(
                "result", Apply(op, c with { Gamma = 1 }, drawn[0].Value, drawn[1].Value),
                Loss.Tversky(drawn[0].Value, drawn[1].Value, c.Alpha, c.Beta, c.Smoothing, c.IgnoreIndex, c.Classes, c.Scope), Tolerance);
        }),
        Own("a region found exactly is left alone", "Sure and right, the gradient is 0 at γ = 0.75 too, where the power's slope is infinite.", (op, _) =>
        {
            var targets = tensor([0L, 1L, 1L]).reshape(1, 3);
            var logits = (OneHot(targets, 2) * 1e4).requires_grad_();
            op(logits, targets, 0.3, 0.7, 0.75, 0, -100, RegionClasses.Present, RegionScope.Image).sum().backward();
            return Comparison.Same("gradient", logits.grad!, zeros_like(logits), Tolerance);
        }) with { Cases = 1 },
    ];
}
