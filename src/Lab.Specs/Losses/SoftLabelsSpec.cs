using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Losses;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Losses;

/// <summary>Scores in a range, for B examples with extra dimensions.</summary>
public sealed record ScoreCase : Case
{
    /// <summary>Sizes, examples first.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The score of the first bin.</summary>
    public double Low { get; init; }

    /// <summary>How far the last bin's score lies above it.</summary>
    public double Range { get; init; } = 5;

    /// <summary>Bins n.</summary>
    public int Bins { get; init; } = 6;

    /// <summary>The score of the last bin.</summary>
    public double High => Low + Range;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        // On a bin's own score the slope depends on the side: there, the value must be right.
        new("scores", Low + Range * Numbers().Between(0.001, 0.999, Shape.Sizes))
        {
            Differentiable = true, BatchDim = 0, ExtremesOfValue = [Low, High, Low + Range / (Bins - 1)],
        },
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Bins > 2)
            yield return this with { Bins = Bins - 1 };
        if (Low != 0)
            yield return this with { Low = 0 };
    }

    /// <summary>Rank 1 to 3, ranges on both sides of 0, 2 to 7 bins.</summary>
    public static Gen<ScoreCase> Any =>
        from rank in Gen.Choose(1, 3)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from low in Gen.Elements(0.0, 1.0, -2.0)
        from range in Gen.Elements(5.0, 1.0, 8.0)
        from bins in Gen.Choose(2, 7)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ScoreCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Low = low,
            Range = range,
            Bins = bins,
            Seed = seed,
        };
}

/// <summary>Soft labels against hats around the bins: max(0, 1 - distance / Δ).</summary>
public sealed class SoftLabelsSpec : Spec<Func<Tensor, double, double, int, Tensor>, ScoreCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, double, int, Tensor> Op => ScoreBins.SoftLabels;

    /// <inheritdoc/>
    public override Func<Tensor, double, double, int, Tensor> Oracle => (scores, low, high, bins) => stack(
        [.. Enumerable.Range(0, bins).Select(k => F.relu(
            1 - (scores - (low + k * (high - low) / (bins - 1))).abs() * (bins - 1) / (high - low)))], 1);

    /// <inheritdoc/>
    public override Gen<ScoreCase> Cases => ScoreCase.Any;

    /// <inheritdoc/>
    public override bool SmoothAt(ScoreCase @case)
    {
        using var scope = NewDisposeScope();
        var position = (@case.Draw()[0].Value - @case.Low) / @case.Range * (@case.Bins - 1);
        return (position - position.round()).abs().min().item<double>() > 1e-3;
    }

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, double, int, Tensor> op, ScoreCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Low, @case.High, @case.Bins)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, double, int, Tensor>>> BadInputs =>
    [
        new("integer scores", "scores", () => [ones(2, dtype: ScalarType.Int64)], (op, x) => op(x[0], 0, 5, 6)),
        new("null for scores", "scores", () => [], (op, _) => op(null!, 0, 5, 6)),
        new("a scalar", "scores", () => [ones([])], (op, x) => op(x[0], 0, 5, 6)),
        new("a score above", "scores", () => [tensor([1f, 5.5f])], (op, x) => op(x[0], 0, 5, 6)),
        new("a score below", "scores", () => [tensor([1f, -0.5f])], (op, x) => op(x[0], 0, 5, 6)),
        new("a score NaN", "scores", () => [tensor([1f, float.NaN])], (op, x) => op(x[0], 0, 5, 6)),
        new("an empty range", "high", () => [ones(2)], (op, x) => op(x[0], 1, 1, 6)),
        new("a range without end", "high", () => [ones(2)], (op, x) => op(x[0], 0, double.PositiveInfinity, 6)),
        new("low NaN", "low", () => [ones(2)], (op, x) => op(x[0], double.NaN, 5, 6)),
        new("one bin", "bins", () => [ones(2)], (op, x) => op(x[0], 0, 5, 1)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, double, int, Tensor>, ScoreCase>> OwnLaws =>
    [
        Own("the expectation of the label is the score", "ExpectedScore takes soft labels back, with slope 1, also on a bin's own score and at both ends.", (op, c) =>
        {
            var drawn = c.Draw()[0].Value.reshape(-1);
            var ends = linspace(c.Low, c.High, c.Bins, dtype: ScalarType.Float64).clamp(c.Low, c.High);
            var scores = cat([drawn, ends]).requires_grad_();
            var back = ScoreBins.ExpectedScore(op(scores, c.Low, c.High, c.Bins), c.Low, c.High);
            back.sum().backward();
            return Comparison.Same("score", back, scores, Tolerance)
                .Then(() => Comparison.Same("slope", scores.grad!, ones_like(scores), Tolerance));
        }),
        Own("a label is a distribution on two neighbours", "Probabilities are not negative and sum to 1, and at most two bins side by side have any.", (op, c) =>
        {
            var labels = op(c.Draw()[0].Value, c.Low, c.High, c.Bins);
            var used = labels > 0;
            var number = arange(c.Bins).reshape([-1, .. Enumerable.Repeat(1L, c.Shape.Sizes.Length - 1)]);
            var first = number.masked_fill(~used, c.Bins).amin([1]);
            var last = number.masked_fill(~used, -1).amax([1]);
            return Comparison.Same("sum", labels.sum(1), ones_like(labels.sum(1)), Tolerance)
                .Then(() => Verdict.Require(labels.ge(0).all().item<bool>(), "A probability is negative."))
                .Then(() => Verdict.Require((last - first).le(1).all().item<bool>(), "Bins far apart have a share in one score."));
        }),
        Own("2.33 is two thirds of 2", "Over 0 to 5 in six bins, 2.33 is 0.67 on 2 and 0.33 on 3; 5 is 1 on the last.", (op, _) =>
            Comparison.Same(
                "result", op(tensor([2.33, 5.0]), 0, 5, 6),
                tensor([0, 0, 0.67, 0.33, 0, 0, 0, 0, 0, 0, 0, 1.0]).reshape(2, 6), new Tolerance(1e-12, 1e-12))) with { Cases = 1 },
    ];
}
