using FsCheck;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense;

/// <summary>Atrous convolution against the library's convolution with dilation, on images that are padded before.</summary>
public sealed class AtrousConvolutionSpec : Spec<Func<Tensor, Tensor, long, Tensor>, ConvolutionCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Op => Spatial.AtrousConvolution;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, Tensor> Oracle => (images, weight, rate) =>
    {
        var (down, right) = (rate * (weight.size(2) - 1), rate * (weight.size(3) - 1));
        var wider = F.conv2d(
            images, weight, padding: [(down + 1) / 2, (right + 1) / 2], dilation: [rate, rate]); // a row too many on top where down is odd
        return wider.narrow(2, down % 2, images.size(2)).narrow(3, right % 2, images.size(3));
    };

    /// <inheritdoc/>
    public override Gen<ConvolutionCase> Cases => ConvolutionCase.Any(transposed: false);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, Tensor> op, ConvolutionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Step)];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude); // sums of products

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, Tensor>>> BadInputs =>
    [
        new("integer images", "images", () => [ones(1, 2, 3, 3, dtype: ScalarType.Int64), ones(1, 2, 3, 3)], (op, x) => op(x[0], x[1], 1)),
        new("null for images", "images", () => [ones(1, 2, 3, 3)], (op, x) => op(null!, x[0], 1)),
        new("an image without a batch", "images", () => [ones(2, 3, 3), ones(1, 2, 3, 3)], (op, x) => op(x[0], x[1], 1)),
        new("images without pixels", "images", () => [ones(1, 2, 3, 0), ones(1, 2, 3, 3)], (op, x) => op(x[0], x[1], 1)),
        new("null for the weight", "weight", () => [ones(1, 2, 3, 3)], (op, x) => op(x[0], null!, 1)),
        new("a weight for other channels", "weight", () => [ones(1, 2, 3, 3), ones(2, 1, 3, 3)], (op, x) => op(x[0], x[1], 1)),
        new("a weight without taps", "weight", () => [ones(1, 2, 3, 3), ones(1, 2, 0, 3)], (op, x) => op(x[0], x[1], 1)),
        new("a weight of another dtype", "weight", () => [ones(1, 2, 3, 3), ones(1, 2, 3, 3, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], 1)),
        new("a weight on another device", "weight", () => [ones(1, 2, 3, 3), ones([1, 2, 3, 3], device: META)], (op, x) => op(x[0], x[1], 1)),
        new("rate 0", "rate", () => [ones(1, 2, 3, 3), ones(1, 2, 3, 3)], (op, x) => op(x[0], x[1], 0)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, Tensor>, ConvolutionCase>> OwnLaws =>
    [
        Own("holes are zeros", "It is the usual convolution with a kernel that has rate - 1 zeros between its taps.", (op, c) =>
        {
            var drawn = c.Draw();
            var (x, weight) = (drawn[0].Value, drawn[1].Value);
            var wide = zeros([c.K, c.C, c.Step * (c.Kh - 1) + 1, c.Step * (c.Kw - 1) + 1], dtype: ScalarType.Float64);
            wide.slice(2, 0, wide.size(2), c.Step).slice(3, 0, wide.size(3), c.Step).copy_(weight);
            return Comparison.Same("result", op(x, weight, c.Step), op(x, wide, 1), Tolerance.Times(1 + c.Scale));
        }),
        Own("far rates see one tap", "At a rate of the image's size a kernel of 3 is a kernel of 1: all but its middle tap see only zeros.", (op, c) =>
        {
            var x = c.Draw()[0].Value;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var weight = randn([2, c.C, 3, 3], dtype: ScalarType.Float64, generator: generator);
            return Comparison.Same("result", op(x, weight, Math.Max(c.H, c.W)), op(x, weight.narrow(2, 1, 1).narrow(3, 1, 1), 1), Tolerance.Times(1 + c.Scale));
        }),
        Own("an even kernel keeps the size and leans down and right", "A kernel of 4 at rate 3 gives 16 pixels from 16, and its first tap stands 4 pixels before.", (op, _) =>
        {
            var row = arange(16, dtype: ScalarType.Float64).reshape(1, 1, 1, 16);
            var first = tensor([1.0, 0.0, 0.0, 0.0]).reshape(1, 1, 1, 4);
            var expected = (arange(16, dtype: ScalarType.Float64) - 4).clamp(min: 0).reshape(1, 1, 1, 16);
            return Comparison.Same("row", op(row, first, 3), expected, Tolerance);
        }) with { Cases = 1 },
    ];
}
