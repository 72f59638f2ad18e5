using FsCheck;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Losses;

/// <summary>Entropy of a softmax against its value and gradient worked out by hand.</summary>
public sealed class EntropySpec : Spec<Func<Tensor, Tensor>, DistributionCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Op => Loss.Entropy;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Oracle => logits => ClosedForm.PerExample(logits, (z, _, slopes) =>
    {
        var most = double.NegativeInfinity;
        foreach (var score in z)
            most = Math.Max(most, score);
        var sum = 0.0;
        foreach (var score in z)
            sum += Math.Exp(score - most);
        var entropy = double.IsNegativeInfinity(most) ? double.NaN : 0.0;
        for (var k = 0; k < z.Length; k++)
            entropy -= Term(Math.Exp(z[k] - most) / sum);
        for (var k = 0; k < z.Length; k++)
        {
            var p = Math.Exp(z[k] - most) / sum;
            slopes[k] = -Term(p) - p * entropy;
        }
        return entropy;
    });

    /// <inheritdoc/>
    public override Gen<DistributionCase> Cases => DistributionCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor> op, DistributionCase @case, Tensor[] arguments) => [op(arguments[0])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor>>> BadInputs =>
    [
        new("integer logits", "logits", () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0])),
        new("null for logits", "logits", () => [], (op, _) => op(null!)),
        new("logits of rank 1", "logits", () => [ones(3)], (op, x) => op(x[0])),
        new("no classes", "logits", () => [ones(2, 0)], (op, x) => op(x[0])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor>, DistributionCase>> OwnLaws =>
    [
        Own("it lies between certainty and chance", "0 ≤ H ≤ log K; log K where all logits are equal, 0 where one is far above.", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            var entropy = op(logits);
            var most = Math.Log(c.K);
            var sure = logits.clone();
            sure.select(1, 0).fill_(1e6);
            return Verdict.Require(
                    entropy.min().ToDouble() >= -1e-12 && entropy.max().ToDouble() <= most + 1e-12, "It lies outside [0, log K].")
                .Then(() => Comparison.Same("entropy of equal logits", op(zeros_like(logits)), full_like(entropy, most), Tolerance))
                .Then(() => Comparison.Same("entropy of a sure answer", op(sure), zeros_like(entropy), Tolerance));
        }),
        Own("what is missing is the divergence from chance", "log K - H(p) = KL(p ‖ uniform).", (op, c) =>
        {
            var logits = c.Draw()[0].Value;
            var divergence = Loss.KullbackLeibler(zeros_like(logits), logits.softmax(1));
            return Comparison.Same("result", op(logits), Math.Log(c.K) - divergence, Tolerance);
        }),
        Own("a class that cannot be is not there", "A class with logit -∞ changes neither the entropy nor the other gradients.", (op, c) =>
        {
            var (alone, beside) = (c.Draw()[0].Value.requires_grad_(), c.Draw()[0].Value.requires_grad_());
            var never = full_like(beside.narrow(1, 0, 1), double.NegativeInfinity);
            var (entropy, wider) = (op(alone), op(cat([beside, never], 1)));
            entropy.sum().backward();
            wider.sum().backward();
            return Comparison.Same("result", wider, entropy, Tolerance)
                .Then(() => Comparison.Same("gradient", beside.grad!, alone.grad!, Tolerance));
        }),
    ];

    private static double Term(double p) => p == 0 ? 0 : p * Math.Log(p);
}
