using FsCheck;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using Lab.Specs.Losses;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Overlaps of boxes against sides compared one pair at a time in plain doubles.</summary>
public sealed class BoxOverlapsSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor>, OverlapCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor> Op => Metric.BoxOverlaps;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor> Oracle => (boxes, trueBoxes, crowd) =>
    {
        var (a, b) = (ClosedForm.Numbers(boxes).Chunk(4).ToArray(), ClosedForm.Numbers(trueBoxes).Chunk(4).ToArray());
        var crowds = crowd is null ? new bool[b.Length] : OverlapCase.Flags(crowd);
        var overlaps = new double[a.Length, b.Length];
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < b.Length; j++)
            {
                var common = Length(Math.Max(a[i][0], b[j][0]), Math.Min(a[i][2], b[j][2])) * Length(Math.Max(a[i][1], b[j][1]), Math.Min(a[i][3], b[j][3]));
                var divisor = crowds[j] ? Area(a[i]) : Area(a[i]) + Area(b[j]) - common;
                overlaps[i, j] = divisor > 0 ? common / divisor : 0;
            }
        }
        return tensor(overlaps).to(boxes.dtype);

        static double Length(double low, double high) => high > low ? high - low : 0;

        static double Area(double[] box) => Length(box[0], box[2]) * Length(box[1], box[3]);
    };

    /// <inheritdoc/>
    public override Gen<OverlapCase> Cases => OverlapCase.Any(OverlapKind.Boxes);

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, Tensor> op, OverlapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor>>> BadInputs =>
    [
        new("null for boxes", "boxes", () => [ones(2, 4)], (op, x) => op(null!, x[0], null)),
        new("integer boxes", "boxes", () => [ones(2, 4, dtype: ScalarType.Int64), ones(2, 4)], (op, x) => op(x[0], x[1], null)),
        new("boxes of five numbers", "boxes", () => [ones(2, 5), ones(2, 4)], (op, x) => op(x[0], x[1], null)),
        new("null for true boxes", "trueBoxes", () => [ones(2, 4)], (op, x) => op(x[0], null!, null)),
        new("true boxes of another dtype", "trueBoxes", () => [ones(2, 4), ones(2, 4, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], null)),
        new("one true box without its dimension", "trueBoxes", () => [ones(2, 4), ones(4)], (op, x) => op(x[0], x[1], null)),
        new("crowds as numbers", "crowd", () => [ones(2, 4), ones(3, 4), ones(3)], (op, x) => op(x[0], x[1], x[2])),
        new("a crowd too few", "crowd", () => [ones(2, 4), ones(3, 4), ones(2, dtype: ScalarType.Bool)], (op, x) => op(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor>, OverlapCase>> OwnLaws =>
    [
        Own("a box overlaps itself wholly, and others as they overlap it", "The overlaps of boxes with themselves are symmetric, with 1 where a box is not empty.", (op, c) =>
        {
            var boxes = c.Draw()[0].Value;
            var overlaps = op(boxes, boxes, null);
            var filled = (boxes[.., 2..] - boxes[.., ..2]).gt(0).all(1).to(ScalarType.Float64);
            return Comparison.Same("overlap", overlaps.diagonal(), filled, Tolerance)
                .Then(() => Comparison.Same("overlap", overlaps.t(), overlaps, Tolerance));
        }),
        Own("half a box is a third", "Two boxes that share half of each have 0.5 / 1.5; as a crowd the second one gives 0.5.", (op, _) =>
        {
            var (a, b) = (tensor([0.0, 0, 2, 1]).reshape(1, 4), tensor([1.0, 0, 3, 1]).reshape(1, 4));
            return Comparison.Same("overlap", op(a, b, null), tensor(1.0 / 3).reshape(1, 1), Tolerance)
                .Then(() => Comparison.Same("overlap", op(a, b, tensor([true])), tensor(0.5).reshape(1, 1), Tolerance));
        }) with { Cases = 1 },
        Own("moving and stretching both changes nothing", "All boxes moved by one vector and stretched by one factor overlap as before.", (op, c) =>
        {
            var drawn = c.Draw();
            return Comparison.Same(
                "overlap", op(4 * drawn[0].Value + 8, 4 * drawn[1].Value + 8, drawn[2].Value),
                op(drawn[0].Value, drawn[1].Value, drawn[2].Value), new Tolerance(1e-9, 1e-9));
        }),
    ];
}
