using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Softmax focal loss against its value and gradient worked out by hand.</summary>
public sealed class FocalSpec : Spec<Func<Tensor, Tensor, double, Tensor?, long, Tensor>, ClassCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor?, long, Tensor> Op => Loss.Focal;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, double, Tensor?, long, Tensor> Oracle => (logits, targets, gamma, alpha, ignoreIndex) =>
    {
        var truth = ClosedForm.Indices(targets);
        var factors = alpha is null ? null : ClosedForm.Numbers(alpha);
        return ClosedForm.PerExample(logits, (z, i, slopes) =>
        {
            if (truth[i] == ignoreIndex)
                return 0;
            var y = (int)truth[i];
            var most = double.NegativeInfinity;                           // of the others
            for (var k = 0; k < z.Length; k++)
                most = k == y ? most : Math.Max(most, z[k]);
            if (double.IsNegativeInfinity(most))
            {
                slopes.Fill(z[y] - z[y]);                                 // nothing can be: NaN
                return z[y] - z[y];
            }
            var others = 0.0;
            for (var k = 0; k < z.Length; k++)
                others += slopes[k] = k == y ? 0 : Math.Exp(z[k] - most);
            var odds = z[y] - most - Math.Log(others);                    // log (p / (1 - p))
            var (logP, logMiss) = (-ClosedForm.SoftPlus(-odds), -ClosedForm.SoftPlus(odds));
            var p = Math.Exp(logP);
            var factor = (factors?[y] ?? 1) * Math.Pow(Math.Exp(logMiss), gamma);
            var slope = factor * ((p > 0 ? gamma * p * logP : 0) - Math.Exp(logMiss));
            for (var k = 0; k < z.Length; k++)
                slopes[k] *= -slope / others;
            slopes[y] = slope;
            return -factor * logP;
        });
    };

    /// <inheritdoc/>
    public override Gen<ClassCase> Cases =>
        from c in ClassCase.Any
        from gamma in Gen.Elements(0.0, 0.5, 1.0, 2.0, 5.0)
        select c with { Gamma = gamma, Weights = "alpha", Extremes = [1e4, -1e4, double.NegativeInfinity] };

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, double, Tensor?, long, Tensor> op, ClassCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Gamma, arguments.ElementAtOrDefault(2), @case.IgnoreIndex)];

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
    public override IEnumerable<BadInput<Func<Tensor, Tensor, double, Tensor?, long, Tensor>>> BadInputs =>
    [
        .. ClassBadInputs.Of<Func<Tensor, Tensor, double, Tensor?, long, Tensor>>(
            "logits", (op, z, y, alpha) => op(z, y, 2, alpha, Loss.DefaultIgnoreIndex), "alpha"),
        new("a negative gamma", "gamma", Usual, (op, x) => op(x[0], x[1], -0.5, null, -100)),
        new("gamma NaN", "gamma", Usual, (op, x) => op(x[0], x[1], double.NaN, null, -100)),
        new("an infinite gamma", "gamma", Usual, (op, x) => op(x[0], x[1], double.PositiveInfinity, null, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, double, Tensor?, long, Tensor>, ClassCase>> OwnLaws =>
    [
        Own("gamma 0 is cross-entropy", "With γ = 0 it is the library's cross-entropy, with α as weight, in value and gradient.", (op, c) =>
        {
            var drawn = c.Draw();
            var (targets, alpha) = (drawn[1].Value, drawn.ElementAtOrDefault(2)?.Value);
            return Same(drawn[0].Value, z => op(z, targets, 0, alpha, c.IgnoreIndex),
                z => F.cross_entropy(z, targets, alpha, c.IgnoreIndex, nn.Reduction.None));
        }),
        Own("it is the formula", "For logits of usual size it is α·(1 - p)^γ·cross-entropy, as the paper writes it.", (op, c) =>
        {
            var drawn = (c with { Scale = 1, Ignored = 0 }).Draw();
            var (targets, alpha) = (drawn[1].Value, drawn.ElementAtOrDefault(2)?.Value);
            var ignore = c.IgnoreIndex == 0 ? -100 : c.IgnoreIndex;
            return Same(drawn[0].Value, z => op(z, targets, c.Gamma, alpha, ignore), z =>
            {
                var surprise = F.cross_entropy(z, targets, null, ignore, nn.Reduction.None);
                var weight = alpha is null ? ones_like(surprise) : alpha[TensorIndex.Tensor(targets)];
                return c.K == 1 ? surprise : weight * (1 - (-surprise).exp()).pow(c.Gamma) * surprise;
            });
        }),
        Own("a sure and right example has no gradient", "At logits [60, 0] and γ = 0.5 loss and gradient are 0, where the formula's gradient is NaN.", (op, _) =>
        {
            var logits = tensor([60.0, 0.0]).reshape(1, 2).requires_grad_();
            var loss = op(logits, zeros(1, dtype: ScalarType.Int64), 0.5, null, -100);
            loss.sum().backward();
            return Comparison.Same("result", loss, zeros(1, dtype: ScalarType.Float64), new Tolerance(0, 1e-30))
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros(1, 2, dtype: ScalarType.Float64), new Tolerance(0, 1e-30)));
        }) with { Cases = 1 },
        Own("the gradient of a row sums to zero", "A push towards the target is a pull from the other classes.", (op, c) =>
        {
            var drawn = c.Draw();
            var logits = drawn[0].Value.requires_grad_();
            op(logits, drawn[1].Value, c.Gamma, drawn.ElementAtOrDefault(2)?.Value, c.IgnoreIndex).sum().backward();
            var sum = logits.grad!.sum(1);
            return Comparison.Same("sum of the gradient", sum, zeros_like(sum), new Tolerance(0, 1e-10));
        }),
        Own("the gradient keeps its digits near certainty", "At a margin of 40 the gradient is -(1 - p)^(γ+1) to nine digits, far below the rounding of p.", (op, c) =>
        {
            var logits = tensor([40.0, 0.0]).reshape(1, 2).requires_grad_();
            op(logits, zeros(1, dtype: ScalarType.Int64), c.Gamma, null, -100).sum().backward();
            var miss = Math.Exp(-40);
            var slope = Math.Pow(miss, c.Gamma) * (-c.Gamma * miss - miss);
            return Comparison.Same("gradient", logits.grad!, tensor([slope, -slope]).reshape(1, 2), new Tolerance(1e-9, 0));
        }),
    ];

    private static Tensor[] Usual() => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)];

    private Verdict Same(Tensor logits, Func<Tensor, Tensor> op, Func<Tensor, Tensor> expected)
    {
        var (a, b) = (logits.detach().clone().requires_grad_(), logits.detach().clone().requires_grad_());
        var (got, wanted) = (op(a), expected(b));
        got.sum().backward();
        wanted.sum().backward();
        return Comparison.Same("result", got, wanted, Tolerance)
            .Then(() => Comparison.Same("gradient", a.grad!, b.grad!, Tolerance));
    }
}
