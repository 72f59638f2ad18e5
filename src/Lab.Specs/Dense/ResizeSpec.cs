using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense;

/// <summary>Images of a few pixels, and a size to bring them to.</summary>
public sealed record ResizeCase : Case
{
    /// <summary>Sizes of the images, the last two height and width.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The new height.</summary>
    public int Height { get; init; } = 2;

    /// <summary>The new width.</summary>
    public int Width { get; init; } = 2;

    /// <summary>How values between pixels are made.</summary>
    public ResizeMode Mode { get; init; }

    /// <summary>Which convention.</summary>
    public bool AlignCorners { get; init; }

    private int? BatchDim => Shape.Sizes.Length == 2 ? null : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => BatchDim is { } dim ? [dim] : [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() =>
        [new("images", Numbers().Reals(Shape.Sizes)) { Differentiable = true, BatchDim = BatchDim, Extremes = [1e4, -1e4] }];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        foreach (var smaller in Shape.Shrink())
            yield return this with { Shape = smaller };
        if (Height > 1)
            yield return this with { Height = Height - 1 };
        if (Width > 1)
            yield return this with { Width = Width - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>Resizing against the library's.</summary>
public sealed class ResizeSpec : Spec<Func<Tensor, long, long, ResizeMode, bool, Tensor>, ResizeCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, long, long, ResizeMode, bool, Tensor> Op => Spatial.Resize;

    /// <inheritdoc/>
    public override Func<Tensor, long, long, ResizeMode, bool, Tensor> Oracle => (images, height, width, mode, align) =>
    {
        var shape = images.shape;
        var each = images.reshape(-1, 1, shape[^2], shape[^1]);
        var resized = mode == ResizeMode.Nearest
            ? F.interpolate(each, [height, width], mode: InterpolationMode.Nearest)
            : F.interpolate(each, [height, width], mode: InterpolationMode.Bilinear, align_corners: align);
        return resized.reshape([.. shape[..^2], height, width]);
    };

    /// <inheritdoc/>
    public override Gen<ResizeCase> Cases =>
        from rank in Gen.Choose(2, 4)
        from sizes in Gen.Choose(1, 6).ArrayOf(rank)
        from height in Gen.Choose(1, 13)
        from width in Gen.Choose(1, 13)
        from how in Gen.Choose(0, 2)
        from scale in Gen.Elements(0.0, 1.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ResizeCase
        {
            Shape = new([.. sizes.Select(s => (long)s)]),
            Height = height,
            Width = width,
            Mode = how == 2 ? ResizeMode.Nearest : ResizeMode.Bilinear,
            AlignCorners = how == 1,
            Scale = scale,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, long, long, ResizeMode, bool, Tensor> op, ResizeCase @case, Tensor[] arguments) =>
        [op(arguments[0], @case.Height, @case.Width, @case.Mode, @case.AlignCorners)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, long, long, ResizeMode, bool, Tensor>>> BadInputs =>
    [
        new("integer images", "images", () => [ones(2, 3, dtype: ScalarType.Int64)], (op, x) => op(x[0], 2, 2, ResizeMode.Bilinear, false)),
        new("null for images", "images", () => [], (op, _) => op(null!, 2, 2, ResizeMode.Bilinear, false)),
        new("a row of pixels", "images", () => [ones(3)], (op, x) => op(x[0], 2, 2, ResizeMode.Bilinear, false)),
        new("an image without pixels", "images", () => [ones(2, 0)], (op, x) => op(x[0], 2, 2, ResizeMode.Bilinear, false)),
        new("height 0", "height", () => [ones(2, 3)], (op, x) => op(x[0], 0, 2, ResizeMode.Bilinear, false)),
        new("width -1", "width", () => [ones(2, 3)], (op, x) => op(x[0], 2, -1, ResizeMode.Bilinear, false)),
        new("nearest with aligned corners", "alignCorners", () => [ones(2, 3)], (op, x) => op(x[0], 2, 2, ResizeMode.Nearest, true)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, long, long, ResizeMode, bool, Tensor>, ResizeCase>> OwnLaws =>
    [
        Own("the same size is the same image", "Brought to the size it has, an image does not change, in any convention.", (op, c) =>
        {
            var x = c.Draw()[0].Value;
            return Comparison.Same("image", op(x, x.size(-2), x.size(-1), c.Mode, c.AlignCorners), x, new Tolerance(0, 0));
        }),
        Own("a slope stays a slope", "A plane that rises evenly is still one: with aligned corners from end to end, else everywhere but in the outer half pixel.", (op, c) =>
        {
            if (c.Mode == ResizeMode.Nearest)
                return Verdict.DoesNotApply;
            var (n, m) = (c.Shape.Sizes[^1] + 1, c.Width + 1L);
            var ramp = arange(n, dtype: ScalarType.Float64).expand(3, n);
            var place = arange(m, dtype: ScalarType.Float64);
            var expected = c.AlignCorners ? place * (n - 1) / (m - 1) : ((place + 0.5) * n / m - 0.5).clamp(0, n - 1);
            return Comparison.Same("slope", op(ramp, 2, m, c.Mode, c.AlignCorners), expected.expand(2, m), Tolerance);
        }),
        Own("masks keep their numbers", "Nearest makes no number that was not there: 0 and 7 never make 3.", (op, c) =>
        {
            var labels = c.Draw()[0].Value.gt(0).to(ScalarType.Float64) * 7;
            var resized = op(labels, c.Height, c.Width, ResizeMode.Nearest, false);
            return Verdict.Require(resized.eq(0).logical_or(resized.eq(7)).all().ToBoolean(), "There is a label that was not there.");
        }),
        Own("turned pictures stay turned", "Resizing a mirrored or transposed image is mirroring or transposing the resized one; nearest leans to one side, as aligned corners do where one pixel is left, and both are left out.", (op, c) =>
        {
            if (c.Mode == ResizeMode.Nearest || (c.AlignCorners && (c.Height == 1 || c.Width == 1)))
                return Verdict.DoesNotApply;
            var x = c.Draw()[0].Value;
            var plain = op(x, c.Height, c.Width, c.Mode, c.AlignCorners);
            return Comparison.Same("mirrored image", op(x.flip([-1]), c.Height, c.Width, c.Mode, c.AlignCorners), plain.flip([-1]), Tolerance.Times(1 + c.Scale))
                .Then(() => Comparison.Same(
                    "transposed image", op(x.transpose(-1, -2), c.Width, c.Height, c.Mode, c.AlignCorners), plain.transpose(-1, -2),
                    Tolerance.Times(1 + c.Scale)));
        }),
    ];
}
