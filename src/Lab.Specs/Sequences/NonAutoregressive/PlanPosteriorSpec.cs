using FsCheck;
using Lab.Core.Sequences.NonAutoregressive;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>The posterior of the plan against Bayes' rule on the library's cross-entropies.</summary>
public sealed class PlanPosteriorSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor?, Tensor>, PlansCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor?, Tensor> Op => LatentPlan.PlanPosterior;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor?, Tensor> Oracle => (plans, tokens, targets, lengths) =>
    {
        var joint = PlansCase.Joint(plans, tokens, targets, lengths);
        return joint - joint.logsumexp(1, keepdim: true);
    };

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
        Own("nothing said, nothing learned", "Before the first token the posterior is p(z | x).", (op, c) =>
        {
            var drawn = (c with { Lengths = false }).Draw();
            var none = zeros([c.B], dtype: ScalarType.Int64);
            return Comparison.Same(
                "result", op(drawn[0].Value, drawn[1].Value, drawn[2].Value, none), drawn[0].Value.log_softmax(1), Tolerance);
        }),
        Own("it is how the likelihood depends on the plans", "The gradient of log p(y | x) in the scores of plans is posterior minus prior.", (op, c) =>
        {
            var drawn = c.Draw();
            var plans = drawn[0].Value.clone().requires_grad_();
            LatentPlan.MarginalLogLikelihood(plans, drawn[1].Value, drawn[2].Value, drawn.ElementAtOrDefault(3)?.Value).sum().backward();
            var posterior = Call(op, c, [.. drawn.Select(a => a.Value)])[0].exp();
            return Comparison.Same("gradient", posterior - drawn[0].Value.softmax(1), plans.grad!, Tolerance);
        }),
    ];
}
