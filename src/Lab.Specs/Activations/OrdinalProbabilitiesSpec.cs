using FsCheck;
using Lab.Core.Activations;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Lab.Specs.Activations;

/// <summary>Probabilities of classes in order against differences of the library's sigmoid.</summary>
public sealed class OrdinalProbabilitiesSpec : Spec<Func<Tensor, Tensor, Tensor>, OrdinalCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Op => Activation.OrdinalProbabilities;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor> Oracle => (scores, thresholds) =>
    {
        var atMost = (thresholds - scores.unsqueeze(-1)).sigmoid();
        var none = zeros_like(scores).unsqueeze(-1);
        return cat([none, atMost, none + 1], -1).diff(dim: -1);
    };

    /// <inheritdoc/>
    public override Gen<OrdinalCase> Cases => OrdinalCase.Any;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor> op, OrdinalCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor>>> BadInputs =>
    [
        .. OrdinalBadInputs.Of<Func<Tensor, Tensor, Tensor>>((op, scores, thresholds) => op(scores, thresholds)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor>, OrdinalCase>> OwnLaws =>
    [
        Own("rows sum to one", "Over the classes the result is a distribution: nothing negative, and the sum is 1.", (op, c) =>
        {
            var drawn = c.Draw();
            var p = op(drawn[0].Value, drawn[1].Value);
            return Comparison.Same("sum", p.sum(-1), ones_like(drawn[0].Value), Tolerance)
                .Then(() => Verdict.Require(p.min().ToDouble() >= 0, "A probability is negative."));
        }),
        Own("a higher score never makes low classes likelier", "P(y ≤ k) does not rise with the score.", (op, c) =>
        {
            var drawn = c.Draw();
            var rise = op(drawn[0].Value + 0.5, drawn[1].Value).cumsum(-1) - op(drawn[0].Value, drawn[1].Value).cumsum(-1);
            return Verdict.Require(rise.max().ToDouble() <= 1e-12, "A higher score made a low class likelier.");
        }),
        Own("a far class keeps its digits", "Where both sigmoids round to 1, log p is still that of the loss.", (op, c) =>
        {
            var drawn = (c with { Targets = false, Scale = 1 }).Draw();
            var (scores, thresholds) = (drawn[0].Value - 60, drawn[1].Value);
            var p = op(scores, thresholds);
            return Enumerable.Range(0, c.K).Aggregate(Verdict.Holds, (verdict, k) => verdict.Then(() => Comparison.Same(
                $"log-probability of class {k}", -p.select(-1, k).log(),
                Loss.OrdinalNegativeLogLikelihood(scores, thresholds, full_like(scores, k).to(ScalarType.Int64)), Tolerance)));
        }),
    ];
}
