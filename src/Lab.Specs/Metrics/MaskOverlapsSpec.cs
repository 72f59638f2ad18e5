using FsCheck;
using Lab.Core.Metrics;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Metrics;

/// <summary>Overlaps of masks against counting pixel by pixel.</summary>
public sealed class MaskOverlapsSpec : Spec<Func<Tensor, Tensor, Tensor?, Tensor>, OverlapCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor> Op => Metric.MaskOverlaps;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, Tensor?, Tensor> Oracle => (masks, trueMasks, crowd) =>
    {
        var pixels = (int)(masks.size(1) * masks.size(2));
        var (a, b) = (OverlapCase.Flags(masks), OverlapCase.Flags(trueMasks));
        var crowds = crowd is null ? new bool[trueMasks.size(0)] : OverlapCase.Flags(crowd);
        var overlaps = new double[masks.size(0), trueMasks.size(0)];
        for (var i = 0; i < masks.size(0); i++)
        {
            for (var j = 0; j < trueMasks.size(0); j++)
            {
                var (both, either, found) = (0, 0, 0);
                for (var p = 0; p < pixels; p++)
                {
                    var (x, y) = (a[i * pixels + p], b[j * pixels + p]);
                    both += x && y ? 1 : 0;
                    either += x || y ? 1 : 0;
                    found += x ? 1 : 0;
                }
                overlaps[i, j] = both == 0 ? 0 : (double)both / (crowds[j] ? found : either);
            }
        }
        return tensor(overlaps);
    };

    /// <inheritdoc/>
    public override Gen<OverlapCase> Cases => OverlapCase.Any(OverlapKind.Masks);

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, Tensor?, Tensor> op, OverlapCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], arguments[2])];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, Tensor?, Tensor>>> BadInputs =>
    [
        new("null for masks", "masks", () => [Masks(2, 3, 3)], (op, x) => op(null!, x[0], null)),
        new("masks as numbers", "masks", () => [ones(2, 3, 3), Masks(2, 3, 3)], (op, x) => op(x[0], x[1], null)),
        new("one mask without its dimension", "masks", () => [Masks(3, 3), Masks(2, 3, 3)], (op, x) => op(x[0], x[1], null)),
        new("true masks as numbers", "trueMasks", () => [Masks(2, 3, 3), ones(2, 3, 3)], (op, x) => op(x[0], x[1], null)),
        new("true masks of another size", "trueMasks", () => [Masks(2, 3, 3), Masks(2, 3, 4)], (op, x) => op(x[0], x[1], null)),
        new("crowds as numbers", "crowd", () => [Masks(2, 3, 3), Masks(2, 3, 3), ones(2)], (op, x) => op(x[0], x[1], x[2])),
        new("a crowd too many", "crowd", () => [Masks(2, 3, 3), Masks(2, 3, 3), Masks(3)], (op, x) => op(x[0], x[1], x[2])),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, Tensor?, Tensor>, OverlapCase>> OwnLaws =>
    [
        Own("masks of boxes overlap as the boxes do", "Of boxes along the edges of pixels, filled, the overlaps are those of the boxes.", (op, c) =>
        {
            var generator = new Random(c.Seed);
            var (boxes, masks) = (zeros(3, 4, dtype: ScalarType.Float64), zeros(3, 8, 8, dtype: ScalarType.Bool));
            for (var i = 0; i < 3; i++)
            {
                var (left, top) = (generator.Next(6), generator.Next(6));
                var (right, bottom) = (left + 1 + generator.Next(8 - left), top + 1 + generator.Next(8 - top));
                boxes[i] = tensor([(double)left, top, right, bottom]);
                masks[i].narrow(0, top, bottom - top).narrow(1, left, right - left).fill_(true);
            }
            var crowd = tensor([false, true, false]);
            return Comparison.Same("overlap", op(masks, masks, crowd), Metric.BoxOverlaps(boxes, boxes, crowd), Tolerance);
        }),
        Own("a part of a crowd lies wholly in it", "A mask that is half of a crowd overlaps it by 1; the same mask, not a crowd, by one half.", (op, _) =>
        {
            var (half, whole) = (tensor([true, false]).reshape(1, 1, 2), tensor([true, true]).reshape(1, 1, 2));
            return Comparison.Same("overlap", op(half, whole, tensor([true])), ones(1, 1, dtype: ScalarType.Float64), Tolerance)
                .Then(() => Comparison.Same("overlap", op(half, whole, null), 0.5 * ones(1, 1, dtype: ScalarType.Float64), Tolerance));
        }) with { Cases = 1 },
    ];

    private static Tensor Masks(params long[] shape) => ones(shape, dtype: ScalarType.Bool);
}
