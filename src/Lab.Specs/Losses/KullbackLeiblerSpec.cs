using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Kullback-Leibler divergence against the library's, entry by entry, with 0·∞ taken out of its sum.</summary>
public sealed class KullbackLeiblerSpec : Spec<Func<Tensor, Tensor, Tensor>, DistributionCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Loss.KullbackLeibler;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (logits, targets) =>
    {
        var logProbs = F.log_softmax(logits, 1).masked_fill(targets == 0, 0);
        return F.kl_div(logProbs, targets, reduction: nn.Reduction.None, log_target: false).sum(1);
    };

    /// <inheritdoc/>
    public override Gen<DistributionCase> Cases => DistributionCase.Any.Select(c => c with { Targets = true });

    /// <inheritdoc/>
    public override bool SmoothAt(DistributionCase @case) => @case.K > 1; // a step from q = 1 leads out of [0, 1]

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, DistributionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, 3, dtype: ScalarType.Int64), Even(2, 3)], (op, x) => op(x[0], x[1])),
        new("null for logits", "logits", () => [Even(2, 3)], (op, x) => op(null!, x[0])),
        new("logits of rank 1", "logits", () => [ones(3), ones(3) / 3], (op, x) => op(x[0], x[1])),
        new("no classes", "logits", () => [ones(2, 0), ones(2, 0)], (op, x) => op(x[0], x[1])),
        new("null for targets", "targets", () => [ones(2, 3)], (op, x) => op(x[0], null!)),
        new("class indices", "targets", () => [ones(2, 3), zeros(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1])),
        new("targets of another dtype", "targets", () => [ones(2, 3), Even(2, 3).to(ScalarType.Float64)], (op, x) => op(x[0], x[1])),
        new("targets that would broadcast", "targets", () => [ones(2, 3), Even(1, 3)], (op, x) => op(x[0], x[1])),
        new("logits as targets", "targets", () => [ones(2, 3), tensor([1f, 3f, -3f, 0f, 1f, 0f]).reshape(2, 3)], (op, x) => op(x[0], x[1])),
        new("log-probabilities as targets", "targets", () => [ones(2, 3), Even(2, 3).log()], (op, x) => op(x[0], x[1])),
        new("several labels at once", "targets", () => [ones(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1])),
        new("targets NaN", "targets", () => [ones(1, 2), full(1, 2, float.NaN)], (op, x) => op(x[0], x[1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, DistributionCase>> OwnLaws =>
    [
        Own("it is cross-entropy less entropy", "KL(q ‖ p) = CE(q, p) - H(q).", (op, c) =>
        {
            var drawn = c.Draw();
            var (logits, q) = (drawn[0].Value, drawn[1].Value);
            return Comparison.Same(
                "result", op(logits, q), Loss.CrossEntropy(logits, q) - Loss.Entropy(q.log()), Usual(c));
        }),
        Own("it is zero between equals and nowhere below", "KL(p ‖ p) = 0 with gradient 0, and no divergence is negative.", (op, c) =>
        {
            var drawn = c.Draw();
            var logits = drawn[0].Value.requires_grad_();
            var own = op(logits, F.softmax(logits.detach(), 1));
            own.sum().backward();
            var least = op(logits, drawn[1].Value).min().ToDouble();
            return Comparison.Same("result", own, zeros_like(own), Usual(c))
                .Then(() => Comparison.Same("gradient", logits.grad!, zeros_like(logits), Tolerance))
                .Then(() => Verdict.Require(least >= -1e-12 * Math.Max(1, c.Scale), $"A divergence is {least}."));
        }),
        Own("independent pairs add up", "The divergence of two independent pairs is the sum of theirs.", (op, c) =>
        {
            var (first, second) = ((c with { Extra = new([]) }).Draw(), (c with { Extra = new([]), Seed = c.Seed ^ 1 }).Draw());
            var logits = first[0].Value.unsqueeze(2) + second[0].Value.unsqueeze(1);
            var targets = first[1].Value.unsqueeze(2) * second[1].Value.unsqueeze(1);
            return Comparison.Same(
                "result", op(logits.flatten(1), targets.flatten(1)),
                op(first[0].Value, first[1].Value) + op(second[0].Value, second[1].Value), Usual(c));
        }),
        Own("zero times log zero is zero", "A class of target probability 0 costs nothing, at a logit of -∞ too, and its gradients are finite.", (op, _) =>
        {
            var logits = tensor([0.0, 0.0, double.NegativeInfinity]).reshape(1, 3).requires_grad_();
            var targets = tensor([1.0, 0.0, 0.0]).reshape(1, 3).requires_grad_();
            var divergence = op(logits, targets);
            divergence.sum().backward();
            return Comparison.Same("result", divergence, tensor([Math.Log(2)]), Tolerance)
                .Then(() => Comparison.Same("gradient in logits", logits.grad!, tensor([-0.5, 0.5, 0.0]).reshape(1, 3), Tolerance))
                .Then(() => Comparison.Same("gradient in targets", targets.grad!, tensor([Math.Log(2) + 1, 0, 0]).reshape(1, 3), Tolerance));
        }) with { Cases = 1 },
    ];

    private static Tensor Even(long examples, long classes) => ones(examples, classes) / classes;

    /// <summary>Sums of terms as large as the logits.</summary>
    private static Tolerance Usual(DistributionCase @case) => Tolerance.InDouble.Times(Math.Max(1, @case.Scale));
}
