using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using AnchorsOp = System.Func<
    long, long, double, System.Collections.Generic.IReadOnlyList<double>, System.Collections.Generic.IReadOnlyList<double>?, double,
    TorchSharp.torch.ScalarType, TorchSharp.torch.Device?, TorchSharp.torch.Tensor>;

namespace Lab.Specs.Dense.Regions;

/// <summary>A map, and how many sizes and shapes.</summary>
public sealed record AnchorsCase : Case
{
    /// <summary>Rows of the map.</summary>
    public int H { get; init; } = 2;

    /// <summary>Columns of the map.</summary>
    public int W { get; init; } = 3;

    /// <summary>Pixels of the image for one of the map.</summary>
    public int Stride { get; init; } = 8;

    /// <summary>How many sizes.</summary>
    public int Sizes { get; init; } = 1;

    /// <summary>How many ratios; 0 for the three that there are without a word.</summary>
    public int Ratios { get; init; }

    /// <summary>Where in its cell an anchor's middle is.</summary>
    public double Offset { get; init; } = 0.5;

    internal double[] SizesOf => [.. Enumerable.Range(0, Sizes).Select(i => 10.0 * (i + 1))];

    internal double[]? RatiosOf => Ratios == 0 ? null : [.. Enumerable.Range(0, Ratios).Select(i => 0.4 + i)];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (H > 1)
            yield return this with { H = H - 1 };
        if (W > 1)
            yield return this with { W = W - 1 };
        if (Sizes > 1)
            yield return this with { Sizes = 1 };
        if (Ratios > 0)
            yield return this with { Ratios = Ratios - 1 };
    }
}

/// <summary>Anchors one by one.</summary>
public sealed class AnchorsSpec : Spec<AnchorsOp, AnchorsCase>
{
    /// <inheritdoc/>
    public override AnchorsOp Op => Region.Anchors;

    /// <inheritdoc/>
    public override AnchorsOp Oracle => (height, width, stride, sizes, ratios, offset, _, _) =>
    {
        var sides = new List<double>();
        for (var i = 0; i < height; i++)
        {
            for (var j = 0; j < width; j++)
            {
                foreach (var size in sizes)
                {
                    foreach (var ratio in ratios ?? [0.5, 1, 2])
                    {
                        var w = Math.Sqrt(size * size / ratio);
                        var (x, y, h) = (stride * (j + offset), stride * (i + offset), w * ratio);
                        sides.AddRange([x - w / 2, y - h / 2, x + w / 2, y + h / 2]);
                    }
                }
            }
        }
        return tensor(sides.ToArray()).reshape(-1, 4);
    };

    /// <inheritdoc/>
    public override Gen<AnchorsCase> Cases =>
        from h in Gen.Choose(1, 4)
        from w in Gen.Choose(1, 4)
        from stride in Gen.Elements(4, 8, 32)
        from sizes in Gen.Choose(1, 3)
        from ratios in Gen.Choose(0, 3)
        from offset in Gen.Elements(0, 0.5, 0.25)
        select new AnchorsCase { H = h, W = w, Stride = stride, Sizes = sizes, Ratios = ratios, Offset = offset };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(AnchorsOp op, AnchorsCase @case, Tensor[] arguments) =>
        [op(@case.H, @case.W, @case.Stride, @case.SizesOf, @case.RatiosOf, @case.Offset, ScalarType.Float64, null)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<AnchorsOp>> BadInputs =>
    [
        Bad("no rows", "height", op => op(0, 1, 1, [1.0], null, 0, ScalarType.Float32, null)),
        Bad("no columns", "width", op => op(1, 0, 1, [1.0], null, 0, ScalarType.Float32, null)),
        Bad("stride 0", "stride", op => op(1, 1, 0, [1.0], null, 0, ScalarType.Float32, null)),
        Bad("no sizes", "sizes", op => op(1, 1, 1, [], null, 0, ScalarType.Float32, null)),
        Bad("null for the sizes", "sizes", op => op(1, 1, 1, null!, null, 0, ScalarType.Float32, null)),
        Bad("size 0", "sizes", op => op(1, 1, 1, [0.0], null, 0, ScalarType.Float32, null)),
        Bad("no ratios", "ratios", op => op(1, 1, 1, [1.0], [], 0, ScalarType.Float32, null)),
        Bad("a ratio of no number", "ratios", op => op(1, 1, 1, [1.0], [double.NaN], 0, ScalarType.Float32, null)),
        Bad("an offset of a whole cell", "offset", op => op(1, 1, 1, [1.0], null, 1, ScalarType.Float32, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<AnchorsOp, AnchorsCase>> OwnLaws =>
    [
        Own("a size is the root of an area", "Whatever their shape, anchors of one size cover the same area, and a ratio is height over width.", (op, c) =>
        {
            var boxes = op(1, 1, c.Stride, [32], [0.25, 1, 3], c.Offset, ScalarType.Float64, null);
            var (w, h) = (boxes.select(1, 2) - boxes.select(1, 0), boxes.select(1, 3) - boxes.select(1, 1));
            return Comparison.Same("areas", w * h, full([3], 1024.0, ScalarType.Float64), Tolerance)
                .Then(() => Comparison.Same("ratios", h / w, tensor([0.25, 1, 3]), Tolerance));
        }) with { Cases = 5 },
        Own("anchors lie as evenly at both edges", "With an offset of a half, an image's mirror image has the same anchors.", (op, c) =>
        {
            var boxes = op(c.H, c.W, c.Stride, [20], [1], 0.5, ScalarType.Float64, null).reshape(c.H, c.W, 4);
            var wide = (double)c.W * c.Stride;
            var mirrored = stack([wide - boxes.select(2, 2), boxes.select(2, 1), wide - boxes.select(2, 0), boxes.select(2, 3)], 2).flip([1]);
            return Comparison.Same("anchors", boxes, mirrored, Tolerance);
        }),
        Own("float32 without a word", "Anchors are float32 where nothing else is asked for.", (op, c) =>
            Verdict.Require(Region.Anchors(1, 1, 1, [1]).dtype == ScalarType.Float32, "They are not.")) with { Cases = 1 },
    ];

    private static BadInput<AnchorsOp> Bad(string description, string parameter, Action<AnchorsOp> call) =>
        new(description, parameter, () => [], (op, _) => call(op));
}
