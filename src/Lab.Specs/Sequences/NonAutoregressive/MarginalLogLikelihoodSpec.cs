using FsCheck;
using Lab.Core.Sequences.NonAutoregressive;
using Lab.Specs.Harness;
using Lab.Specs.Sequences.Ctc;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>The marginal over plans against the library's cross-entropy of every plan.</summary>
public sealed class MarginalLogLikelihoodSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor?, Tensor>, PlansCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor?, Tensor> Op => LatentPlan.MarginalLogLikelihood;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor?, Tensor> Oracle =>
        (plans, tokens, targets, lengths) => PlansCase.Joint(plans, tokens, targets, lengths).logsumexp(1);

    /// <inheritdoc/>
    public override Gen<PlansCase> Cases => PlansCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, Tensor?, Tensor> op, PlansCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments.ElementAtOrDefault(3))];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(5 * magnitude); // sums of 4 tokens and a plan

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(PlansCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor?, Tensor>>> BadInputs =>
        PlansCase.BadInputs<Func<Tensor, Tensor, Tensor, Tensor?, Tensor>>(
            (op, plans, tokens, targets, lengths) => op(plans, tokens, targets, lengths));

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor?, Tensor>, PlansCase>> OwnLaws =>
    [
        Own("all sequences together are certain", "The probabilities of all V^T sequences sum to 1.", (op, c) =>
        {
            var drawn = (c with { B = 1, Lengths = false }).Draw();
            var total = CtcEnumeration.Paths(c.V, c.T)
                .Sum(y => op(drawn[0].Value, drawn[1].Value, tensor(y).reshape(1, c.T), null).exp().ToDouble());
            return Comparison.Same("sum of all probabilities", tensor(total), tensor(1.0), Tolerance);
        }) with { Cases = 30 },
        Own("one plan is no plan", "With Z = 1 it is minus the cross-entropy of the tokens, and the plan's score has no effect.", (op, c) =>
        {
            var drawn = (c with { Z = 1, Lengths = false }).Draw();
            var (tokens, targets) = (drawn[1].Value, drawn[2].Value);
            var losses = F.cross_entropy(tokens.squeeze(1).reshape(-1, c.V), targets.reshape(-1), reduction: nn.Reduction.None);
            return Comparison.Same(
                "result", op(drawn[0].Value, tokens, targets, null), -losses.reshape(c.B, c.T).sum(1), Tolerance.Times(10));
        }),
        Own("two plans say two sentences", "'ab' and 'ba' have 1/2 each with a plan for each, and cannot have more than 1/4 each with one.", (op, _) =>
        {
            var (yes, no) = (0.0, double.NegativeInfinity);
            var sharp = tensor([yes, no, no, yes, no, yes, yes, no]).reshape(1, 2, 2, 2);
            var (ab, ba, aa) = (tensor([0L, 1]).reshape(1, 2), tensor([1L, 0]).reshape(1, 2), tensor([0L, 0]).reshape(1, 2));
            var even = zeros(1, 2, dtype: ScalarType.Float64);
            var half = tensor([Math.Log(0.5)]);
            return Comparison.Same("log p(ab)", op(even, sharp, ab, null), half, Tolerance)
                .Then(() => Comparison.Same("log p(ba)", op(even, sharp, ba, null), half, Tolerance))
                .Then(() => Comparison.Same("log p(aa)", op(even, sharp, aa, null), tensor([no]), Tolerance))
                .Then(() => Comparison.Same(
                    "log p(ab) of one plan", op(even.narrow(1, 0, 1), zeros(1, 1, 2, 2, dtype: ScalarType.Float64), ab, null), 2 * half, Tolerance));
        }) with { Cases = 1 },
        Own("what no plan says teaches nothing", "A token that is ruled out under every plan gives -∞, with gradient 0; under one plan, it is left to the others.", (op, _) =>
        {
            var tokens = tensor([double.NegativeInfinity, 0.0, 0.0, 0.0]).reshape(1, 2, 1, 2).requires_grad_();
            var left = op(zeros(1, 2, dtype: ScalarType.Float64), tokens, tensor([0L]).reshape(1, 1), null);
            left.sum().backward();
            var none = full([1, 2, 1, 2], double.NegativeInfinity, dtype: ScalarType.Float64);
            none[.., .., .., 1] = 0;
            none.requires_grad_();
            var never = op(zeros(1, 2, dtype: ScalarType.Float64), none, tensor([0L]).reshape(1, 1), null);
            never.sum().backward();
            return Comparison.Same("result", left, tensor([Math.Log(0.25)]), Tolerance)
                .Then(() => Comparison.Same("gradient", tokens.grad!, tensor([0, 0, 0.5, -0.5]).reshape(1, 2, 1, 2), Tolerance))
                .Then(() => Comparison.Same("result", never, tensor([double.NegativeInfinity]), Tolerance))
                .Then(() => Comparison.Same("gradient", none.grad!, zeros_like(none), Tolerance));
        }) with { Cases = 1 },
    ];
}
