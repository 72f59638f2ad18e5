using FsCheck;
using FsCheck.Fluent;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Regions;

/// <summary>Maps, and boxes in them and around them.</summary>
public sealed record RegionsCase : Case
{
    /// <summary>Images.</summary>
    public int B { get; init; } = 1;

    /// <summary>Channels.</summary>
    public int C { get; init; } = 1;

    /// <summary>Height of the (finest) map.</summary>
    public int H { get; init; } = 4;

    /// <summary>Width of the (finest) map.</summary>
    public int W { get; init; } = 4;

    /// <summary>Boxes.</summary>
    public int R { get; init; } = 1;

    /// <summary>Rows of a grid.</summary>
    public int Rows { get; init; } = 2;

    /// <summary>Columns of a grid.</summary>
    public int Columns { get; init; } = 2;

    /// <summary>Places along each side of a cell.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Pixels of the image for one of the (finest) map.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Half a pixel is not taken away.</summary>
    public bool Shifted { get; init; }

    /// <summary>Of equal pixels none is the greatest: extreme ones are tried in values alone.</summary>
    public bool Pooled { get; init; }

    /// <summary>Maps.</summary>
    public int Levels { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
    [
        .. Enumerable.Range(0, Levels).Select(i => new Argument(
            Levels == 1 ? "features" : "maps", Numbers(8 + i).Reals(B, C, Math.Max(1, H >> i), Math.Max(1, W >> i)))
            { Differentiable = true, Extremes = Pooled ? [] : [1e4, -1e4], ExtremesOfValue = Pooled ? [1e4, -1e4] : [] }),
        new("boxes", Boxes()) { BatchDim = 0, Extremes = [1e4, -1e4], ExtremesOfValue = [double.NaN, double.PositiveInfinity] },
        new("images", Numbers(2).Indices(B, R)) { BatchDim = 0 },
    ];

    /// <summary>Half inside the image, half over its edges; of every size, now and then upside down.</summary>
    private Tensor Boxes()
    {
        var image = tensor([W * (double)Stride, H * (double)Stride]);
        var low = Numbers(3).Between(-0.3, 0.9, R, 2) * image;
        return cat([low, low + Numbers(4).Between(-0.05, 1, R, 2) * image], 1);
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (R > 1)
            yield return this with { R = R - 1 };
        if (B > 1)
            yield return this with { B = B - 1 };
        if (C > 1)
            yield return this with { C = C - 1 };
        if (Rows > 1)
            yield return this with { Rows = Rows - 1 };
        if (Columns > 1)
            yield return this with { Columns = Columns - 1 };
        if (Samples > 1)
            yield return this with { Samples = Samples - 1 };
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Stride > 1)
            yield return this with { Stride = Stride / 2 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<RegionsCase> Any(int levels) =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from h in Gen.Choose(1, 6)
        from w in Gen.Choose(1, 6)
        from r in Gen.Choose(1, 4)
        from rows in Gen.Choose(1, 3)
        from columns in Gen.Choose(1, 3)
        from samples in Gen.Choose(1, 3)
        from stride in Gen.Elements(1, 4)
        from shifted in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new RegionsCase
        {
            B = b,
            C = c,
            H = h,
            W = w,
            R = r,
            Rows = rows,
            Columns = columns,
            Samples = samples,
            Stride = stride,
            Shifted = shifted,
            Levels = levels,
            Seed = seed,
        };

    /// <summary>What an op that reads regions refuses.</summary>
    internal static IEnumerable<BadInput<TOp>> Bad<TOp>(string features, Func<TOp, Tensor, Tensor, Tensor, long, long, Tensor> call)
        where TOp : Delegate =>
    [
        new($"null for {features}", features, Good, (op, x) => call(op, null!, x[1], x[2], 2, 2)),
        new($"integer {features}", features, () => [.. Good(), ones(1, 1, 3, 3, dtype: ScalarType.Int64)], (op, x) => call(op, x[3], x[1], x[2], 2, 2)),
        new($"{features} without a batch", features, () => [.. Good(), ones(1, 3, 3)], (op, x) => call(op, x[3], x[1], x[2], 2, 2)),
        new("null for boxes", "boxes", Good, (op, x) => call(op, x[0], null!, x[2], 2, 2)),
        new("points for boxes", "boxes", () => [.. Good(), ones(2, 2)], (op, x) => call(op, x[0], x[3], x[2], 2, 2)),
        new("integer boxes", "boxes", () => [.. Good(), ones(2, 4, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[3], x[2], 2, 2)),
        new("boxes on another device", "boxes", () => [.. Good(), ones([2, 4], device: META)], (op, x) => call(op, x[0], x[3], x[2], 2, 2)),
        new("null for images", "images", Good, (op, x) => call(op, x[0], x[1], null!, 2, 2)),
        new("image numbers as real numbers", "images", () => [.. Good(), zeros(2)], (op, x) => call(op, x[0], x[1], x[3], 2, 2)),
        new("an image number too few", "images", () => [.. Good(), zeros(1, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], x[3], 2, 2)),
        new("an image that is not there", "images", () => [.. Good(), ones(2, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], x[3], 2, 2)),
        new("image -1", "images", () => [.. Good(), -ones(2, dtype: ScalarType.Int64)], (op, x) => call(op, x[0], x[1], x[3], 2, 2)),
        new("no rows", "height", Good, (op, x) => call(op, x[0], x[1], x[2], 0, 2)),
        new("no columns", "width", Good, (op, x) => call(op, x[0], x[1], x[2], 2, 0)),
    ];

    internal static Tensor[] Good() => [ones(1, 1, 3, 3), tensor(new[,] { { 0f, 0, 2, 2 }, { 1, 1, 3, 3 } }), zeros(2, dtype: ScalarType.Int64)];
}
