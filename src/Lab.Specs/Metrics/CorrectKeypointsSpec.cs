using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Found and true keypoints of a batch.</summary>
public sealed record PckCase : Case
{
    /// <summary>Examples B.</summary>
    public required int B { get; init; }

    /// <summary>Keypoints P.</summary>
    public required int P { get; init; }

    /// <summary>How many units are near enough.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => []; // a share of the batch

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        new("keypoints", Numbers().Reals(B, P, 2)) { Extremes = [1e4], ExtremesOfValue = [double.NaN, double.PositiveInfinity] },
        new("targets", Numbers(1).Reals(B, P, 2)),
        new("labelled", Numbers(2).Mask(0.7, B, P)),
        new("scale", Numbers(3).Between(0, 4, B)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 0)
            yield return this with { B = B - 1 };
        if (P > 1)
            yield return this with { P = P - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>PCK against distances measured one by one.</summary>
public sealed class CorrectKeypointsSpec : Spec<Func<Tensor, Tensor, Tensor, Tensor, double, Tensor>, PckCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, double, Tensor> Op => Metric.CorrectKeypoints;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, double, Tensor> Oracle => (keypoints, targets, labelled, scale, threshold) =>
    {
        var (B, P) = ((int)keypoints.size(0), (int)keypoints.size(1));
        var (x, y, unit) = (ClosedForm.Numbers(keypoints), ClosedForm.Numbers(targets), ClosedForm.Numbers(scale));
        var known = OverlapCase.Flags(labelled);
        var shares = new double[P];
        for (var p = 0; p < P; p++)
        {
            var (right, all) = (0, 0);
            for (var b = 0; b < B; b++)
            {
                if (!known[b * P + p])
                    continue;
                var (dx, dy) = (x[(b * P + p) * 2] - y[(b * P + p) * 2], x[(b * P + p) * 2 + 1] - y[(b * P + p) * 2 + 1]);
                right += Math.Sqrt(dx * dx + dy * dy) <= threshold * unit[b] ? 1 : 0;
                all++;
            }
            shares[p] = (double)right / all;
        }
        return tensor(shares).to(keypoints.dtype);
    };

    /// <inheritdoc/>
    public override Gen<PckCase> Cases =>
        from b in Gen.Choose(0, 5)
        from p in Gen.Choose(1, 4)
        from threshold in Gen.Elements(0.1, 0.5, 1.0)
        from scale in Gen.Elements(0.3, 1.0)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PckCase { B = b, P = p, Threshold = threshold, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor, Tensor, double, Tensor> op, PckCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3], @case.Threshold)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor, double, Tensor>>> BadInputs =>
    [
        new("null for keypoints", "keypoints", Good, (op, x) => op(null!, x[1], x[2], x[3], 1)),
        new("integer keypoints", "keypoints", () => And(good => good[0].to(ScalarType.Int64)), (op, x) => op(x[^1], x[1], x[2], x[3], 1)),
        new("keypoints with visibility", "keypoints", () => And(good => ones(2, 3, 3)), (op, x) => op(x[^1], x[1], x[2], x[3], 1)),
        new("targets of another shape", "targets", () => And(good => ones(2, 1, 2)), (op, x) => op(x[0], x[^1], x[2], x[3], 1)),
        new("targets of another dtype", "targets", () => And(good => good[1].to(ScalarType.Float64)), (op, x) => op(x[0], x[^1], x[2], x[3], 1)),
        new("labels as numbers", "labelled", () => And(good => ones(2, 3)), (op, x) => op(x[0], x[1], x[^1], x[3], 1)),
        new("labels of another shape", "labelled", () => And(good => good[2][..1]), (op, x) => op(x[0], x[1], x[^1], x[3], 1)),
        new("a scale for each keypoint", "scale", () => And(good => ones(2, 3)), (op, x) => op(x[0], x[1], x[2], x[^1], 1)),
        new("a negative scale", "scale", () => And(good => -good[3]), (op, x) => op(x[0], x[1], x[2], x[^1], 1)),
        new("threshold 0", "threshold", Good, (op, x) => op(x[0], x[1], x[2], x[3], 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor, double, Tensor>, PckCase>> OwnLaws =>
    [
        Own("a larger threshold finds no fewer", "The share at twice the threshold is at least that at once; at a huge one it is 1.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var known = x[2].any(0);
            var (near, far, all) = (At(c.Threshold), At(2 * c.Threshold), op(x[0], x[1], x[2], x[3] + 1, 1e6));
            return Verdict.Require((near <= far).logical_or(known.logical_not()).all().item<bool>(), "A larger threshold finds fewer.")
                .Then(() => Comparison.Same("share", all.masked_fill(known.logical_not(), 1), ones_like(all), Tolerance));

            Tensor At(double threshold) => op(x[0], x[1], x[2], x[3], threshold);
        }),
        Own("as far as the threshold is near enough", "A keypoint 5 off with scale 10 is right at 0.5 and wrong at 0.49; one that is not labelled counts nowhere.", (op, _) =>
        {
            var (found, truth) = (tensor([3.0, 4, 0, 0]).reshape(1, 2, 2), zeros(1, 2, 2, dtype: ScalarType.Float64));
            var (labelled, scale) = (tensor([true, false]).reshape(1, 2), tensor([10.0]));
            return Comparison.Same("share", op(found, truth, labelled, scale, 0.5), tensor([1, double.NaN]), Tolerance)
                .Then(() => Comparison.Same("share", op(found, truth, labelled, scale, 0.49), tensor([0, double.NaN]), Tolerance));
        }) with { Cases = 1 },
    ];

    /// <summary>Good tensors, and one more made of them.</summary>
    private static Tensor[] And(Func<Tensor[], Tensor> other)
    {
        var good = Good();
        return [.. good, other(good)];
    }

    private static Tensor[] Good() => [ones(2, 3, 2), ones(2, 3, 2), ones(2, 3, dtype: ScalarType.Bool), ones(2)];
}
