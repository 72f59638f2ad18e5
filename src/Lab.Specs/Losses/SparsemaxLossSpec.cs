using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Specs.Activations;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using Op = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Losses;

/// <summary>Sparsemax's loss against its value and gradient worked out by hand, with a threshold found by halving.</summary>
public sealed class SparsemaxLossSpec : Spec<Op, ClassCase>
{
    /// <inheritdoc/>
    public override Op Op => Loss.SparsemaxLoss;

    /// <inheritdoc/>
    public override Op Oracle => (logits, targets, ignoreIndex) =>
    {
        var truth = ClosedForm.Indices(targets);
        return ClosedForm.PerExample(logits, (z, i, slopes) =>
        {
            if (truth[i] == ignoreIndex)
                return 0;
            var (y, tau) = ((int)truth[i], Halving.Threshold(z.ToArray()));
            if (double.IsNaN(tau))
            {
                slopes.Fill(double.NaN);
                return double.NaN;
            }
            if (double.IsNegativeInfinity(z[y]))
                return double.PositiveInfinity;                           // and no slope
            var loss = 0.5;
            for (var k = 0; k < z.Length; k++)
            {
                var p = Math.Max(z[k] - tau, 0);
                slopes[k] = p - (k == y ? 1 : 0);
                loss += p == 0 ? 0 : p * (z[k] - z[y]) - p * p / 2;
            }
            return loss;
        });
    };

    /// <inheritdoc/>
    public override Gen<ClassCase> Cases =>
        from c in ClassCase.Any
        from scale in Gen.Elements(0.0, 0.3, 1.0, 30.0, 1e3)
        select c with
        {
            Weighted = false,
            Scale = scale,
            Extremes = [1e4, -1e4, double.NegativeInfinity],
            ExtremesOfValue = [double.PositiveInfinity, double.NaN],
        };

    /// <inheritdoc/>
    public override bool SmoothAt(ClassCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        var logits = @case.Draw()[0].Value.movedim([1], [-1]).contiguous();
        return ClosedForm.Numbers(logits).Chunk(@case.K).All(row =>
        {
            var tau = Halving.Threshold(row);
            return row.All(z => Math.Abs(z - tau) > 1e-4 * Math.Max(1, Math.Abs(z)));
        });
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Op op, ClassCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], @case.IgnoreIndex)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(ClassCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbIgnored(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Op>> BadInputs =>
        ClassBadInputs.Of<Op>("logits", (op, z, y, _) => op(z, y, Loss.DefaultIgnoreIndex)).Where(bad => bad.Parameter != "weight");

    /// <inheritdoc/>
    public override IEnumerable<Law<Op, ClassCase>> OwnLaws =>
    [
        Own("it is 0 exactly where the true class leads by 1", "Never negative; nothing at a lead of 1, something below: a margin, as a hinge loss has.", (op, c) =>
        {
            if (c.K < 2)
                return Verdict.DoesNotApply;
            c = c with { Ignored = 0, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var drawn = c.Draw();
            var (logits, targets) = (drawn[0].Value, drawn[1].Value.unsqueeze(1));
            var rival = logits.scatter(1, targets, full_like(logits, double.NegativeInfinity)).amax([1], keepdim: true);
            Tensor Lead(double by) => op(logits.scatter(1, targets, rival + by), drawn[1].Value, c.IgnoreIndex);
            return Verdict.Require(op(logits, drawn[1].Value, c.IgnoreIndex).ge(-1e-12).all().ToBoolean(), "A loss is negative.")
                .Then(() => Comparison.Same("loss at a lead of 1", Lead(1), zeros_like(Lead(1)), new Tolerance(0, 1e-9)))
                .Then(() => Verdict.Require(Lead(0.9).gt(1e-4).all().ToBoolean(), "A lead of 0.9 costs nothing."));
        }),
        Own("it is the paper's formula", "½ Σ (z² - τ²) over the support, + ½ - z[y], with τ read off sparsemax.", (op, c) =>
        {
            c = c with { Scale = 1, Ignored = 0, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var drawn = c.Draw();
            var (z, targets) = (drawn[0].Value, drawn[1].Value);
            var p = Activation.Sparsemax(z, 1);
            var tau = (z - p).masked_fill(p == 0, double.NegativeInfinity).amax([1], keepdim: true);
            var formula = 0.5 * (z.square() - tau.square()).masked_fill(p == 0, 0).sum(1) + 0.5 - z.gather(1, targets.unsqueeze(1)).squeeze(1);
            return Comparison.Same("loss", op(z, targets, c.IgnoreIndex), formula, new Tolerance(1e-9, 1e-9));
        }),
        Own("its gradient is sparsemax less the target", "Every row sums to 0, and a class out of the support is not pushed.", (op, c) =>
        {
            c = c with { Ignored = 0, IgnoreIndex = Loss.DefaultIgnoreIndex };
            var drawn = c.Draw();
            var logits = drawn[0].Value.clone().requires_grad_();
            op(logits, drawn[1].Value, c.IgnoreIndex).sum().backward();
            var right = zeros_like(drawn[0].Value).scatter(1, drawn[1].Value.unsqueeze(1), ones_like(drawn[0].Value));
            return Comparison.Same("gradient", logits.grad!, Activation.Sparsemax(drawn[0].Value, 1) - right, new Tolerance(1e-9, 1e-9));
        }),
    ];
}
