using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using PasteOp = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, long, long, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>Small masks, and boxes in an image and around it.</summary>
public sealed record PasteCase : Case
{
    /// <summary>Masks.</summary>
    public int R { get; init; } = 1;

    /// <summary>Rows of a mask.</summary>
    public int M { get; init; } = 2;

    /// <summary>Columns of a mask.</summary>
    public int N { get; init; } = 2;

    /// <summary>The image's height.</summary>
    public int H { get; init; } = 4;

    /// <summary>The image's width.</summary>
    public int W { get; init; } = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw()
    {
        var low = Numbers(2).Between(-3, 5, R, 2);
        return
        [
            new("masks", Numbers().Reals(R, M, N)) { Differentiable = true, BatchDim = 0, Extremes = [1e4, -1e4] },
            new("boxes", cat([low, low + Numbers(1).Between(-0.5, 7, R, 2)], 1)) { BatchDim = 0, Extremes = [1e4, -1e4] },
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (R > 1)
            yield return this with { R = R - 1 };
        if (M > 1)
            yield return this with { M = M - 1 };
        if (N > 1)
            yield return this with { N = N - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Pasting against the library's grid sampling.</summary>
public sealed class PasteMasksSpec : Spec<PasteOp, PasteCase>
{
    /// <inheritdoc/>
    public override PasteOp Op => Region.PasteMasks;

    /// <inheritdoc/>
    public override PasteOp Oracle => (masks, boxes, height, width) =>
    {
        var (x, goodX) = Along(0, width);
        var (y, goodY) = Along(1, height);
        var grid = stack([x.unsqueeze(1).expand(-1, height, -1), y.unsqueeze(2).expand(-1, -1, width)], 3);
        var read = F.grid_sample(masks.unsqueeze(1), grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false).squeeze(1);
        return read * goodX.logical_and(goodY).reshape(-1, 1, 1);

        (Tensor Place, Tensor Good) Along(int side, long pixels)
        {
            var (low, high) = (boxes.select(1, side), boxes.select(1, side + 2));
            var good = high > low;
            var size = where(good, high - low, ones_like(low));
            return (2 * (arange(pixels, dtype: ScalarType.Float64) + 0.5 - low.unsqueeze(1)) / size.unsqueeze(1) - 1, good);
        }
    };

    /// <inheritdoc/>
    public override Gen<PasteCase> Cases =>
        from r in Gen.Choose(1, 3)
        from m in Gen.Choose(1, 4)
        from n in Gen.Choose(1, 4)
        from h in Gen.Choose(1, 6)
        from w in Gen.Choose(1, 6)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PasteCase { R = r, M = m, N = n, H = h, W = w, Seed = seed };

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-9, 1e-9);

    /// <inheritdoc/>
    public override Tensor[] Call(PasteOp op, PasteCase @case, Tensor[] arguments) => [op(arguments[0], arguments[1], @case.H, @case.W)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<PasteOp>> BadInputs =>
    [
        new("null for the masks", "masks", () => [ones(2, 4)], (op, x) => op(null!, x[0], 2, 2)),
        new("masks that are boolean", "masks", () => [ones(2, 4), ones(2, 3, 3, dtype: ScalarType.Bool)], (op, x) => op(x[1], x[0], 2, 2)),
        new("a mask without its dimension", "masks", () => [ones(2, 4), ones(3, 3)], (op, x) => op(x[1], x[0], 2, 2)),
        new("masks without pixels", "masks", () => [ones(2, 4), ones(2, 0, 3)], (op, x) => op(x[1], x[0], 2, 2)),
        new("null for the boxes", "boxes", () => [ones(2, 3, 3)], (op, x) => op(x[0], null!, 2, 2)),
        new("a box too few", "boxes", () => [ones(2, 3, 3), ones(1, 4)], (op, x) => op(x[0], x[1], 2, 2)),
        new("integer boxes", "boxes", () => [ones(2, 3, 3), ones(2, 4, dtype: ScalarType.Int64)], (op, x) => op(x[0], x[1], 2, 2)),
        new("no rows", "height", () => [ones(2, 3, 3), ones(2, 4)], (op, x) => op(x[0], x[1], 0, 2)),
        new("no columns", "width", () => [ones(2, 3, 3), ones(2, 4)], (op, x) => op(x[0], x[1], 2, 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<PasteOp, PasteCase>> OwnLaws =>
    [
        Own("a mask of the image's size on the whole image is itself", "Where each pixel of the mask lies on one of the image nothing changes.", (op, c) =>
        {
            var masks = c.Draw()[0].Value;
            var whole = tensor(new[,] { { 0.0, 0, c.N, c.M } }).expand(c.R, 4);
            return Comparison.Same("masks", op(masks, whole, c.M, c.N), masks, Tolerance);
        }),
        Own("what is read can be put back", "A disc read with RoiAlign inside its box, pasted and cut at a half, is the disc but for pixels on its edge.", (op, _) =>
        {
            var place = arange(40, dtype: ScalarType.Float64) + 0.5;
            var disc = ((place - 20.3).square().unsqueeze(1) + (place - 17.8).square() < 144).to(ScalarType.Float64);
            var box = tensor(new[,] { { 5.5, 8, 30, 32.5 } });
            var small = Region.RoiAlign(disc.reshape(1, 1, 40, 40), box, zeros(1, dtype: ScalarType.Int64), 28, 28).squeeze(1);
            var back = op(small, box, 40, 40)[0] > 0.5;
            var (common, union) = (back.logical_and(disc > 0.5).sum().ToDouble(), back.logical_or(disc > 0.5).sum().ToDouble());
            return Verdict.Require(common / union > 0.97, $"The IoU is {common / union:0.000}.");
        }) with { Cases = 1 },
    ];
}
