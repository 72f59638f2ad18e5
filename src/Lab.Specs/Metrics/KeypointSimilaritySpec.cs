using FsCheck;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Object keypoint similarity against COCO's loop over keypoints in plain doubles.</summary>
public sealed class KeypointSimilaritySpec : Spec<Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, OverlapCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> Op => Metric.KeypointSimilarity;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> Oracle => (keypoints, truth, labelled, areas, sigmas) =>
    {
        var (D, G, P) = ((int)keypoints.size(0), (int)truth.size(0), (int)keypoints.size(1));
        var (a, b, area, sigma) = (ClosedForm.Numbers(keypoints), ClosedForm.Numbers(truth), ClosedForm.Numbers(areas), ClosedForm.Numbers(sigmas));
        var known = OverlapCase.Flags(labelled);
        var similarity = new double[D, G];
        for (var d = 0; d < D; d++)
        {
            for (var g = 0; g < G; g++)
            {
                var (sum, count) = (0.0, 0);
                for (var p = 0; p < P; p++)
                {
                    if (!known[g * P + p])
                        continue;
                    var (dx, dy) = (a[(d * P + p) * 2] - b[(g * P + p) * 2], a[(d * P + p) * 2 + 1] - b[(g * P + p) * 2 + 1]);
                    sum += Math.Exp(-(dx * dx + dy * dy) / Math.Pow(2 * sigma[p], 2) / area[g] / 2);
                    count++;
                }
                similarity[d, g] = count == 0 ? 0 : sum / count;
            }
        }
        return tensor(similarity).to(keypoints.dtype);
    };

    /// <inheritdoc/>
    public override Gen<OverlapCase> Cases => OverlapCase.Any(OverlapKind.Keypoints);

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> op, OverlapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>>> BadInputs =>
    [
        new("null for keypoints", "keypoints", Good, (op, x) => op(null!, x[1], x[2], x[3], x[4])),
        new("integer keypoints", "keypoints", () => And(good => good[0].to(ScalarType.Int64)), (op, x) => op(x[^1], x[1], x[2], x[3], x[4])),
        new("keypoints with visibility", "keypoints", () => And(good => ones(2, 3, 3)), (op, x) => op(x[^1], x[1], x[2], x[3], x[4])),
        new("no keypoints", "keypoints", () => And(good => good[0][.., ..0]), (op, x) => op(x[^1], x[1], x[2], x[3], x[4])),
        new("true keypoints of another dtype", "trueKeypoints", () => And(good => good[1].to(ScalarType.Float64)), (op, x) => op(x[0], x[^1], x[2], x[3], x[4])),
        new("other numbers of keypoints", "trueKeypoints", () => And(good => ones(4, 2, 2)), (op, x) => op(x[0], x[^1], x[2], x[3], x[4])),
        new("labels as numbers", "labelled", () => And(good => ones(4, 3)), (op, x) => op(x[0], x[1], x[^1], x[3], x[4])),
        new("labels of other objects", "labelled", () => And(good => good[2][..3]), (op, x) => op(x[0], x[1], x[^1], x[3], x[4])),
        new("an area too few", "areas", () => And(good => good[3][..3]), (op, x) => op(x[0], x[1], x[2], x[^1], x[4])),
        new("area 0", "areas", () => And(good => zeros(4)), (op, x) => op(x[0], x[1], x[2], x[^1], x[4])),
        new("areas of another dtype", "areas", () => And(good => good[3].to(ScalarType.Float64)), (op, x) => op(x[0], x[1], x[2], x[^1], x[4])),
        new("a sigma too few", "sigmas", () => And(good => good[4][..2]), (op, x) => op(x[0], x[1], x[2], x[3], x[^1])),
        new("sigma 0", "sigmas", () => And(good => zeros(3)), (op, x) => op(x[0], x[1], x[2], x[3], x[^1])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>, OverlapCase>> OwnLaws =>
    [
        Own("the true keypoints are the best", "Objects with a labelled keypoint have similarity 1 with themselves, and none is above 1.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var own = op(x[1], x[1], x[2], x[3], x[4]);
            return Comparison.Same("similarity", own.diagonal(), x[2].any(1).to(ScalarType.Float64), Tolerance)
                .Then(() => Verdict.Require(op(x[0], x[1], x[2], x[3], x[4]).le(1).all().item<bool>(), "A similarity is above 1."));
        }),
        Own("2σ of the object's size away is e^-½", "One keypoint that is off by 2σ·√area, and only that, has similarity exp(-1/2).", (op, _) =>
        {
            var similarity = op(tensor([4.0, 0]).reshape(1, 1, 2), zeros(1, 1, 2, dtype: ScalarType.Float64), ones(1, 1, dtype: ScalarType.Bool), tensor([16.0]), tensor([0.5]));
            return Comparison.Same("similarity", similarity, tensor(Math.Exp(-0.5)).reshape(1, 1), Tolerance);
        }) with { Cases = 1 },
        Own("keypoints without a label count nowhere", "Where they lie changes nothing.", (op, c) =>
        {
            var x = c.Draw().Select(a => a.Value).ToArray();
            var elsewhere = where(x[2].unsqueeze(2), x[1], x[1] + 1000);
            return Comparison.Same("similarity", op(x[0], elsewhere, x[2], x[3], x[4]), op(x[0], x[1], x[2], x[3], x[4]), Tolerance);
        }),
    ];

    /// <summary>Good tensors, and one more made of them.</summary>
    private static Tensor[] And(Func<Tensor[], Tensor> other)
    {
        var good = Good();
        return [.. good, other(good)];
    }

    private static Tensor[] Good() => [ones(2, 3, 2), ones(4, 3, 2), ones(4, 3, dtype: ScalarType.Bool), ones(4), ones(3)];
}
