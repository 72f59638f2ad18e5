using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;

namespace Lab.Specs.Dense.Refinement;

/// <summary>Images to blur.</summary>
public sealed record BlurCase : Case
{
    /// <summary>Sizes of the images, the last two height and width.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>The standard deviation in pixels.</summary>
    public double Spread { get; init; } = 1;

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
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The Gaussian filter in positions against the sum over all pairs of pixels.</summary>
public sealed class SeparableSpec : Spec<Func<Tensor, double, Tensor>, BlurCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Op => GaussianFilter.Separable;

    /// <inheritdoc/>
    public override Func<Tensor, double, Tensor> Oracle => (images, spread) =>
    {
        var (height, width) = ((int)images.size(-2), (int)images.size(-1));
        var weights = new double[height * width, height * width];
        for (var i = 0; i < height * width; i++)
            for (var j = 0; j < height * width; j++)
                weights[i, j] = Math.Exp(-(Math.Pow(i / width - j / width, 2) + Math.Pow(i % width - j % width, 2)) / (2 * spread * spread));
        return images.reshape(-1, height * width).matmul(tensor(weights, images.dtype)).reshape(images.shape);
    };

    /// <inheritdoc/>
    public override Gen<BlurCase> Cases =>
        from rank in Gen.Choose(2, 4)
        from sizes in Gen.Choose(1, 5).ArrayOf(rank)
        from spread in Gen.Elements(0.3, 1.0, 4.0)
        from scale in Gen.Elements(0.0, 1.0, 1e3)
        from seed in Gen.Choose(0, int.MaxValue)
        select new BlurCase { Shape = new([.. sizes.Select(s => (long)s)]), Spread = spread, Scale = scale, Seed = seed };

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(10 * magnitude);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, double, Tensor> op, BlurCase @case, Tensor[] arguments)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return [op(arguments[0], @case.Spread)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, double, Tensor>>> BadInputs =>
    [
        new("null for images", "images", () => [], (op, _) => op(null!, 1)),
        new("integer images", "images", () => [ones([2, 3], ScalarType.Int64)], (op, x) => op(x[0], 1)),
        new("a row of pixels", "images", () => [ones(3)], (op, x) => op(x[0], 1)),
        new("an image without pixels", "images", () => [ones(2, 0)], (op, x) => op(x[0], 1)),
        new("a spread of 0", "spread", () => [ones(2, 3)], (op, x) => op(x[0], 0)),
        new("an endless spread", "spread", () => [ones(2, 3)], (op, x) => op(x[0], double.PositiveInfinity)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, double, Tensor>, BlurCase>> OwnLaws =>
    [
        Own("it is the filter of all pairs", "In the positions over the spread.", (op, c) =>
        {
            var images = c.Draw()[0].Value;
            var (height, width) = (images.size(-2), images.size(-1));
            var place = arange(height * width, dtype: ScalarType.Int64);
            var positions = stack([place.div(width, RoundingMode.floor), place.remainder(width)]).to(ScalarType.Float64) / c.Spread;
            var flat = images.reshape(1, -1, height * width);
            return Comparison.Same("result", op(images, c.Spread).reshape(flat.shape), GaussianFilter.AllPairs(flat, positions.unsqueeze(0)), Tolerance.Times(10 * (1 + c.Scale)));
        }),
        Own("the weights of a pixel in the middle sum to 2πσ²", "Of a large image of ones, for σ of a pixel or more.", (op, c) =>
        {
            if (c.Spread < 1)
                return Verdict.DoesNotApply;
            var middle = op(ones([60, 60], ScalarType.Float64), c.Spread)[30, 30];
            return Comparison.Same("sum", middle, tensor(2 * Math.PI * c.Spread * c.Spread), new Tolerance(1e-7, 0));
        }) with { Cases = 10 },
    ];
}
