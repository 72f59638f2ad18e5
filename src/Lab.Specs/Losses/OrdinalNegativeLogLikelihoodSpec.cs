using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>The likelihood of classes in order, against subtracting the library's log-sigmoids example by example.</summary>
public sealed class OrdinalNegativeLogLikelihoodSpec : Spec<Func<Tensor, Tensor, Tensor, long, Tensor>, OrdinalCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, long, Tensor> Op => Loss.OrdinalNegativeLogLikelihood;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, long, Tensor> Oracle => (scores, thresholds, targets, ignoreIndex) =>
    {
        var (flat, classes) = (scores.reshape(-1), thresholds.numel() + 1);
        var losses = targets.reshape(-1).data<long>().ToArray().Select((y, i) =>
            y == ignoreIndex ? zeros_like(flat[i]) : -LogProbability(flat[i], thresholds, y, classes)).ToArray();
        return stack(losses).reshape(scores.shape);
    };

    /// <summary>log(exp(l) - exp(r)) of two log-probabilities, those of "at most" below the middle, of "more than" above it.</summary>
    private static Tensor LogProbability(Tensor score, Tensor thresholds, long y, long classes)
    {
        if (y == 0)
            return F.logsigmoid(thresholds[0] - score);
        if (y == classes - 1)
            return F.logsigmoid(score - thresholds[y - 1]);
        var (a, b) = (thresholds[y] - score, thresholds[y - 1] - score);
        var (l, r) = (a + b).ToDouble() <= 0 ? (F.logsigmoid(a), F.logsigmoid(b)) : (F.logsigmoid(-b), F.logsigmoid(-a));
        return l + (-(r - l).exp()).log1p();
    }

    /// <inheritdoc/>
    public override Gen<OrdinalCase> Cases => OrdinalCase.Any.Select(c => c with { Targets = true });

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor, long, Tensor> op, OrdinalCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], Loss.DefaultIgnoreIndex)];

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(OrdinalCase @case, IReadOnlyList<Argument> arguments) =>
        @case.Ignored == 0
            ? null
            : [arguments[0].With(arguments[0].Value.masked_fill(arguments[2].Value < 0, double.NaN)), .. arguments.Skip(1)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, long, Tensor>>> BadInputs =>
    [
        .. OrdinalBadInputs.Of<Func<Tensor, Tensor, Tensor, long, Tensor>>(
            (op, scores, thresholds) =>
            {
                using var targets = zeros(2, dtype: ScalarType.Int64);
                op(scores, thresholds, targets, Loss.DefaultIgnoreIndex);
            }),
        Bad("a column of targets against a row of scores", () => [ones(2), zeros(3), zeros(2, 1, dtype: ScalarType.Int64)]),
        Bad("targets of a real dtype", () => [ones(2), zeros(3), zeros(2)]),
        Bad("class K", () => [ones(2), zeros(3), tensor([0L, 4L])]),
        Bad("class -1", () => [ones(2), zeros(3), tensor([0L, -1L])]),
        new("null for targets", "targets", () => [ones(2), zeros(3)], (op, x) => op(x[0], x[1], null!, -100)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, long, Tensor>, OrdinalCase>> OwnLaws =>
    [
        Own("the classes' probabilities add up to one", "exp(-loss), over all targets, sums to 1.", (op, c) =>
        {
            var drawn = c.Draw();
            var total = Enumerable.Range(0, c.K).Aggregate(
                zeros_like(drawn[0].Value), (sum, k) => sum + (-Of(op, drawn, Class(drawn, k))).exp());
            return Comparison.Same("sum", total, ones_like(total), Tolerance);
        }),
        Own("two classes are a yes or no", "With one threshold it is binary cross-entropy of s - θ.", (op, c) =>
        {
            var drawn = (c with { K = 2, Ignored = 0 }).Draw();
            return Comparison.Same(
                "result", Of(op, drawn, drawn[2].Value),
                Loss.BinaryCrossEntropyWithLogits(drawn[0].Value - drawn[1].Value, drawn[2].Value.to(ScalarType.Float64)), Tolerance);
        }),
        Own("the scale can be turned over", "Negated scores, negated thresholds in reverse and classes counted from the top cost the same.", (op, c) =>
        {
            var drawn = (c with { Ignored = 0 }).Draw();
            return Comparison.Same(
                "result", op(-drawn[0].Value, -drawn[1].Value.flip(0), c.K - 1 - drawn[2].Value, -100),
                Of(op, drawn, drawn[2].Value), Tolerance);
        }),
        Own("the score is pulled towards the class", "Its gradient is P(above) - P(below), never more than 1 in size.", (op, c) =>
        {
            var drawn = (c with { Ignored = 0 }).Draw();
            var (scores, thresholds, y) = (drawn[0].Value.requires_grad_(), drawn[1].Value, drawn[2].Value);
            op(scores, thresholds, y, -100).sum().backward();
            var cuts = (thresholds - scores.detach().unsqueeze(-1)).sigmoid();            // P(y ≤ k)
            var ends = cat([zeros_like(cuts.narrow(-1, 0, 1)), cuts, ones_like(cuts.narrow(-1, 0, 1))], -1);
            var below = ends.gather(-1, y.unsqueeze(-1)).squeeze(-1);
            var above = 1 - ends.gather(-1, (y + 1).unsqueeze(-1)).squeeze(-1);
            return Comparison.Same("gradient", scores.grad!, above - below, Tolerance);
        }),
        Own("a thin class keeps its digits", "Between thresholds 1e-12 apart, the loss is that of the density times the width.", (op, _) =>
        {
            var thresholds = tensor([0.0, 1e-12]);
            var scores = tensor([0.0, 2.0, 40.0]);
            var expected = -(scores.sigmoid() * (-scores).sigmoid() * 1e-12).log();
            return Comparison.Same("result", op(scores, thresholds, ones(3, dtype: ScalarType.Int64), -100), expected, new Tolerance(1e-11, 0));
        }) with { Cases = 1 },
    ];

    private static Tensor Of(Func<Tensor, Tensor, Tensor, long, Tensor> op, IReadOnlyList<Argument> drawn, Tensor targets) =>
        op(drawn[0].Value, drawn[1].Value, targets, Loss.DefaultIgnoreIndex);

    private static Tensor Class(IReadOnlyList<Argument> drawn, int k) => zeros_like(drawn[2].Value) + k;

    private static BadInput<Func<Tensor, Tensor, Tensor, long, Tensor>> Bad(string description, Func<Tensor[]> draw) =>
        new(description, "targets", draw, (op, x) => op(x[0], x[1], x[2], Loss.DefaultIgnoreIndex));
}
