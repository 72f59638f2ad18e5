using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Predicted and true distances, some not measured, some masked out.</summary>
public sealed record DepthCase : Case
{
    /// <summary>Pictures B.</summary>
    public required int B { get; init; }

    /// <summary>Sizes of a picture.</summary>
    public required TensorShape Picture { get; init; }

    /// <summary>With a mask.</summary>
    public bool Masked { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        long[] shape = [B, .. Picture.Sizes];
        var measured = Numbers(2).Mask(0.8, shape);
        return
        [
            new("predictions", Numbers().Between(0.5, 10, shape)) { BatchDim = 0, Extremes = [1e4, 1e-3] },
            new("targets", Numbers(1).Between(0.5, 10, shape) * measured) { BatchDim = 0 },
            new("mask", Numbers(3).Mask(Masked ? 0.6 : 1, shape)) { BatchDim = 0 },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        foreach (var smaller in Picture.Shrink())
            yield return this with { Picture = smaller };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 0, 0, 0, 0, 0, 0];
}

/// <summary>Depth metrics against the formulas pixel by pixel in plain doubles.</summary>
public sealed class DepthSpec : Spec<Func<Tensor, Tensor, Tensor?, DepthScores>, DepthCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, DepthScores> Op => Metric.Depth;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, DepthScores> Oracle => (predictions, targets, mask) =>
    {
        var B = (int)predictions.size(0);
        var (p, t) = (ClosedForm.Numbers(predictions), ClosedForm.Numbers(targets));
        var keep = mask is null ? [.. t.Select(_ => true)] : OverlapCase.Flags(mask);
        var rows = Enumerable.Range(0, B).Select(b => Enumerable.Range(b * p.Length / B, p.Length / B)
            .Where(i => t[i] > 0 && keep[i]).Select(i => (P: p[i], T: t[i])).ToArray()).ToArray();
        return new(
            Each(r => r.Average(x => Math.Abs(x.P - x.T) / x.T)),
            Each(r => r.Average(x => (x.P - x.T) * (x.P - x.T) / x.T)),
            Each(r => Math.Sqrt(r.Average(x => (x.P - x.T) * (x.P - x.T)))),
            Each(r => Math.Sqrt(r.Average(x => Math.Pow(Math.Log(x.P / x.T), 2)))),
            Each(r => Math.Sqrt(Pairs(r) / 2)),
            Below(1.25), Below(1.5625), Below(1.953125));

        Tensor Each(Func<(double P, double T)[], double> score) =>
            tensor(rows.Select(r => r.Length == 0 ? double.NaN : score(r)).ToArray()).to(predictions.dtype);

        Tensor Below(double limit) => Each(r => r.Count(x => x.P < limit * x.T && x.T < limit * x.P) / (double)r.Length);

        // The variance as half the mean square of all differences between two pixels.
        static double Pairs((double P, double T)[] r) => r.Average(x => r.Average(y => Math.Pow(Math.Log(x.P / x.T * y.T / y.P), 2)));
    };

    /// <inheritdoc/>
    public override Gen<DepthCase> Cases =>
        from b in Gen.Choose(1, 4)
        from picture in Gen.Elements(Array.Empty<long>(), [6], [3, 4], [1, 3, 3])
        from masked in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DepthCase { B = b, Picture = new(picture), Masked = masked, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => base.SingleTolerance(magnitude * magnitude);

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-7); // the square root of a rounding

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, DepthScores> op, DepthCase @case, Tensor[] arguments)
    {
        var s = op(arguments[0], arguments[1], @case.Masked ? arguments[2] : null);
        return [s.AbsRel, s.SqRel, s.Rmse, s.RmseLog, s.SiLog, s.Delta1, s.Delta2, s.Delta3];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, DepthScores>>> BadInputs =>
    [
        new("null for predictions", "predictions", () => [ones(2, 3)], (op, x) => op(null!, x[0], null)),
        new("integer predictions", "predictions", () => [ones(2, 3, dtype: ScalarType.Int64), ones(2, 3)], (op, x) => op(x[0], x[1], null)),
        new("a scalar", "predictions", () => [ones([]), ones([])], (op, x) => op(x[0], x[1], null)),
        new("targets that would broadcast", "targets", () => [ones(2, 3), ones(2, 1)], (op, x) => op(x[0], x[1], null)),
        new("targets of another dtype", "targets", () => [ones(2, 3), ones(2, 3, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], null)),
        new("a negative target", "targets", () => [ones(2, 3), -ones(2, 3)], (op, x) => op(x[0], x[1], null)),
        new("a prediction of 0 that counts", "predictions", () => [zeros(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], null)),
        new("a mask of numbers", "mask", () => [ones(2, 3), ones(2, 3), ones(2, 3)], (op, x) => op(x[0], x[1], x[2])),
        new("a mask of another shape", "mask", () => [ones(2, 3), ones(2, 3), ones(2, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, DepthScores>, DepthCase>> OwnLaws =>
    [
        Own("a wrong unit is no loss of shape", "Predictions three times too large have AbsRel 2, RmseLog ln 3, delta 0 and SiLog 0.", (op, c) =>
        {
            var targets = c.Draw()[1].Value;
            var scores = op(3 * targets + (targets == 0), targets, null);
            var seen = (targets > 0).reshape(c.B, -1).any(1);
            return Same("AbsRel", scores.AbsRel, 2).Then(() => Same("RmseLog", scores.RmseLog, Math.Log(3)))
                .Then(() => Same("SiLog", scores.SiLog, 0)).Then(() => Same("delta", scores.Delta3, 0));

            Verdict Same(string what, Tensor got, double expected) =>
                Comparison.Same(what, got, full_like(got, expected).masked_fill(seen.logical_not(), double.NaN), Tolerance);
        }),
        Own("pixels that were not measured count nowhere", "What is predicted there, or where the mask says no, changes nothing, 0 and NaN included.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var counts = (x[1] > 0).logical_and(x[2]);
            return new[] { 77.0, 0, double.NaN }.Aggregate(Verdict.Holds, (verdict, other) => verdict.Then(() => Comparison.Same(
                "score", op(where(counts, x[0], full_like(x[0], other)), x[1], x[2]).SqRel, op(x[0], x[1], x[2]).SqRel, Tolerance)));
        }),
        Own("worked by hand", "Predictions 1, 2, 4 for targets 2, 2, 2: AbsRel 1/2, SqRel 5/6, RMSE √(5/3), RmseLog and SiLog ln 2·√(2/3), a third within 1.25.", (op, _) =>
        {
            var s = op(tensor([1.0, 2, 4]).reshape(1, 3), tensor([2.0, 2, 2]).reshape(1, 3), null);
            var log = Math.Log(2) * Math.Sqrt(2.0 / 3);
            return Comparison.Same(
                "scores", cat([s.AbsRel, s.SqRel, s.Rmse, s.RmseLog, s.SiLog, s.Delta1, s.Delta3]),
                tensor([0.5, 5.0 / 6, Math.Sqrt(5.0 / 3), log, log, 1.0 / 3, 1.0 / 3]), Tolerance);
        }) with { Cases = 1 },
    ];
}
