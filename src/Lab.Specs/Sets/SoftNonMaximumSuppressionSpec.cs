using FsCheck;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using TorchSharp;
using static TorchSharp.torch;
using SoftOp = System.Func<
    TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, Lab.Core.Sets.ScoreDecay, double, double, double, TorchSharp.torch.Tensor?, Lab.Core.Sets.RescoredBoxes>;

namespace Lab.Specs.Sets;

/// <summary>Soft suppression against its rule in plain doubles.</summary>
public sealed class SoftNonMaximumSuppressionSpec : Spec<SoftOp, ScoredBoxesCase>
{
    private const double Sigma = 0.4, Least = 0.05;

    /// <inheritdoc/>
    public override SoftOp Op => Boxes.SoftNonMaximumSuppression;

    /// <inheritdoc/>
    public override SoftOp Oracle => (boxes, scores, decay, threshold, sigma, leastScore, classes) =>
    {
        var (numbers, labels) = (ClosedForm.Numbers(boxes), classes is null ? [] : ClosedForm.Indices(classes));
        var now = ClosedForm.Numbers(scores).Select((score, place) => (score, place)).ToList();
        var taken = new List<(double Score, int Place)>();
        while (now.Count > 0)
        {
            var best = now.MaxBy(x => x.score);                                 // the first of equals
            now.Remove(best);
            taken.Add(best);
            now = [.. now.Select(x => (x.score * Factor(best.place, x.place), x.place))];
        }
        taken = [.. taken.Where(x => x.Score >= leastScore)];
        return new(
            tensor(taken.Select(x => (long)x.Place).ToArray(), ScalarType.Int64),
            tensor(taken.Select(x => x.Score).ToArray(), ScalarType.Float64).to(scores.dtype));

        double Factor(int surer, int other)
        {
            if (classes is not null && labels[surer] != labels[other])
                return 1;
            var overlap = ScoredBoxes.IoU(numbers, surer, other);
            return decay == ScoreDecay.Gaussian ? Math.Exp(-overlap * overlap / sigma) : overlap > threshold ? 1 - overlap : 1;
        }
    };

    /// <inheritdoc/>
    public override Gen<ScoredBoxesCase> Cases => ScoredBoxesCase.Any;

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(SoftOp op, ScoredBoxesCase @case, Tensor[] arguments)
    {
        var left = op(arguments[0], arguments[1], @case.Decay, @case.Threshold, Sigma, Least, arguments.ElementAtOrDefault(2));
        return [left.Kept, left.Scores];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<SoftOp>> BadInputs =>
    [
        .. ScoredBoxes.BadInputs<SoftOp>((op, boxes, scores, threshold, classes) =>
            op(boxes, scores, ScoreDecay.Linear, threshold, Sigma, Least, classes)),
        new("a score below 0", "scores", () => [ones(2, 4), tensor([0.5f, -0.1f])], (op, x) => op(x[0], x[1], ScoreDecay.Linear, 0.5, Sigma, Least, null)),
        new("a decay that is none", "decay", () => [ones(2, 4), ones(2)], (op, x) => op(x[0], x[1], (ScoreDecay)5, 0.5, Sigma, Least, null)),
        new("sigma 0", "sigma", () => [ones(2, 4), ones(2)], (op, x) => op(x[0], x[1], ScoreDecay.Gaussian, 0.5, 0, Least, null)),
        new("a least score below 0", "leastScore", () => [ones(2, 4), ones(2)], (op, x) => op(x[0], x[1], ScoreDecay.Gaussian, 0.5, Sigma, -1, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<SoftOp, ScoredBoxesCase>> OwnLaws =>
    [
        Own("no score rises, and the surest stays as it is", "Scores come in order, none above what it was; the first is that of the surest box.", (op, c) =>
        {
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var left = op(drawn[0], drawn[1], c.Decay, c.Threshold, Sigma, 0, drawn.ElementAtOrDefault(2));
            var (before, after) = (drawn[1].index_select(0, left.Kept), left.Scores);
            return Verdict.Require(left.Kept.size(0) == c.N, "With a least score of 0 every box is left.")
                .Then(() => Verdict.Require((after <= before).all().ToBoolean(), "A score rose."))
                .Then(() => Verdict.Require(c.N < 2 || (after.diff() <= 0).all().ToBoolean(), "The scores are not in order."))
                .Then(() => Verdict.Require(c.N == 0 || after[0].ToDouble() == drawn[1].max().ToDouble(), "The surest box lost."));
        }),
        Own("a steep fall is suppression", "As σ falls to 0, a box that overlaps a surer one at all is gone: hard suppression at threshold 0.", (op, c) =>
        {
            if (c.Ties)
                return Verdict.DoesNotApply;
            var drawn = c.Draw().Select(a => a.Value).ToArray();
            var left = op(drawn[0], drawn[1] + 1, ScoreDecay.Gaussian, 0, 1e-9, 0.5, drawn.ElementAtOrDefault(2));
            return Comparison.Same("places", left.Kept, Boxes.NonMaximumSuppression(drawn[0], drawn[1], 1e-3, drawn.ElementAtOrDefault(2)), Tolerance);
        }),
        Own("worked by hand", "Two boxes that share a third: the score 0.6 falls to 0.4, or to 0.6·exp(-1/9/σ).", (op, _) =>
        {
            var (pair, scores) = (tensor(new double[,] { { 0, 0, 2, 1 }, { 1, 0, 3, 1 } }), tensor([0.6, 0.9]));
            return Comparison.Same("scores", op(pair, scores, ScoreDecay.Linear, 0.3, 1, 0, null).Scores, tensor([0.9, 0.4]), Tolerance)
                .Then(() => Comparison.Same("scores", op(pair, scores, ScoreDecay.Linear, 0.35, 1, 0, null).Scores, tensor([0.9, 0.6]), Tolerance))
                .Then(() => Comparison.Same(
                    "scores", op(pair, scores, ScoreDecay.Gaussian, 1, 0.5, 0, null).Scores, tensor([0.9, 0.6 * Math.Exp(-2.0 / 9)]), Tolerance));
        }) with { Cases = 1 },
        Own("the limits are limits", "An overlap of just the threshold is none too many; a score of just the least is enough; and each box is put out once, also where all "
            + "scores are 0.", (op, _) =>
        {
            var (halves, scores) = (tensor(new double[,] { { 0, 0, 2, 1 }, { 0, 0, 1, 1 } }), tensor([0.9, 0.5]));        // IoU 1/2
            return Comparison.Same("scores", op(halves, scores, ScoreDecay.Linear, 0.5, 1, 0.5, null).Scores, scores, Tolerance)
                .Then(() => Comparison.Same("places", op(halves, zeros_like(scores), ScoreDecay.Linear, 0.5, 1, 0, null).Kept, tensor([0L, 1]), Tolerance));
        }) with { Cases = 1 },
    ];
}
