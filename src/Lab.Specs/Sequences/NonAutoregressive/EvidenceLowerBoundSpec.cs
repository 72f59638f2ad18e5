using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences.NonAutoregressive;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Sequences.NonAutoregressive;

/// <summary>The ELBO against a loop over plans.</summary>
public sealed class EvidenceLowerBoundSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor>, PlansCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor> Op => LatentPlan.EvidenceLowerBound;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor> Oracle => (plans, tokens, targets, guess, lengths) =>
    {
        var (joint, q) = (PlansCase.Joint(plans, tokens, targets, lengths), guess.softmax(1));
        var bound = zeros_like(joint.select(1, 0));
        for (var z = 0; z < plans.size(1); z++)
            bound = bound + q.select(1, z) * joint.select(1, z) - q.select(1, z) * guess.log_softmax(1).select(1, z);
        return bound;
    };

    /// <inheritdoc/>
    public override Gen<PlansCase> Cases => PlansCase.Any.Select(c => c with { Guess = true });

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor> op, PlansCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3], arguments.ElementAtOrDefault(4))];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(5 * magnitude); // sums of 4 tokens and a plan

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(PlansCase @case, IReadOnlyList<Argument> arguments) =>
        @case.DisturbPadding(arguments);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor>>> BadInputs =>
    [
        .. PlansCase.BadInputs<Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor>>((op, plans, tokens, targets, lengths) =>
        {
            using var guess = ones(2, 3);
            op(plans, tokens, targets, guess, lengths);
        }),
        Guess("null for a guess", () => null!),
        Guess("a guess of other plans", () => ones(2, 2)),
        Guess("a guess of another dtype", () => ones(2, 3, dtype: ScalarType.Float64)),
        Guess("a guess on another device", () => ones([2, 3], device: META)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor>, PlansCase>> OwnLaws =>
    [
        Own("it is a lower bound", "No guess gives more than log p(y | x).", (op, c) =>
        {
            var (drawn, marginal, _) = Known(c);
            var bound = Call(op, c, drawn)[0];
            return Verdict.Require(
                (bound <= marginal + 1e-10 * (1 + marginal.abs())).all().ToBoolean(), "A bound is above the log-likelihood.");
        }),
        Own("the gap is the guess's distance", "log p(y | x) - ELBO = KL(q || p(z | x, y)).", (op, c) =>
        {
            var (drawn, marginal, posterior) = Known(c);
            var gap = marginal - Call(op, c, drawn)[0];
            var q = drawn[3].log_softmax(1);
            return Comparison.Same("gap", gap, (q.exp() * (q - posterior)).sum(1), new Tolerance(1e-9, 1e-9 * (1 + marginal.abs().max().ToDouble())));
        }),
        Own("the posterior closes it", "With q = p(z | x, y) the bound is log p(y | x).", (op, c) =>
        {
            var (drawn, marginal, posterior) = Known(c);
            drawn[3] = posterior;
            return Comparison.Same("bound", Call(op, c, drawn)[0], marginal, Tolerance.Times(10));
        }),
        Own("what the guess rules out counts nowhere", "A plan with q = 0 may be impossible in the model; one with q > 0 may not.", (op, _) =>
        {
            var no = double.NegativeInfinity;
            var tokens = tensor([no, 0.0, 0.0, no]).reshape(1, 2, 1, 2);
            var (plans, y) = (zeros(1, 2, dtype: ScalarType.Float64), tensor([0L]).reshape(1, 1));
            return Comparison.Same("bound", op(plans, tokens, y, tensor([no, 0.0]).reshape(1, 2), null), tensor([Math.Log(0.5)]), Tolerance)
                .Then(() => Comparison.Same("bound", op(plans, tokens, y, plans, null), tensor([no]), Tolerance));
        }) with { Cases = 1 },
    ];

    private static (Tensor[] Drawn, Tensor Marginal, Tensor Posterior) Known(PlansCase @case)
    {
        var drawn = @case.Draw().Select(a => a.Value).ToArray();
        var lengths = drawn.ElementAtOrDefault(4);
        return (drawn, LatentPlan.MarginalLogLikelihood(drawn[0], drawn[1], drawn[2], lengths),
            LatentPlan.PlanPosterior(drawn[0], drawn[1], drawn[2], lengths));
    }

    private static BadInput<Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor>> Guess(string description, Func<Tensor> guess) =>
        new(description, "guessLogits", () => [ones(2, 3), ones(2, 3, 4, 5), ones([2, 4], dtype: ScalarType.Int64)], (op, x) =>
        {
            using var scope = NewDisposeScope();
            op(x[0], x[1], x[2], guess(), null);
        });
}
