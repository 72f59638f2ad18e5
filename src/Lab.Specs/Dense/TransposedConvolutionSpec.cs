using FsCheck;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense;

/// <summary>Transposed convolution against the library's.</summary>
public sealed class TransposedConvolutionSpec : Spec<Func<Tensor, Tensor, long, long, Tensor>, ConvolutionCase>
{
    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, long, Tensor> Op => Spatial.TransposedConvolution;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor, long, long, Tensor> Oracle => (images, weight, stride, padding) =>
        F.conv_transpose2d(images, weight, strides: [stride, stride], padding: [padding, padding]);

    /// <inheritdoc/>
    public override Gen<ConvolutionCase> Cases => ConvolutionCase.Any(transposed: true);

    /// <inheritdoc/>
    public override Tensor[] Call(Func<Tensor, Tensor, long, long, Tensor> op, ConvolutionCase @case, Tensor[] arguments) =>
        [op(arguments[0], arguments[1], @case.Step, @case.Padding)];

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(8 * magnitude); // sums of products

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<Tensor, Tensor, long, long, Tensor>>> BadInputs =>
    [
        new("integer images", "images", () => [ones(1, 2, 3, 3, dtype: ScalarType.Int64), ones(2, 1, 2, 2)], (op, x) => op(x[0], x[1], 1, 0)),
        new("null for images", "images", () => [ones(2, 1, 2, 2)], (op, x) => op(null!, x[0], 1, 0)),
        new("an image without a batch", "images", () => [ones(2, 3, 3), ones(2, 1, 2, 2)], (op, x) => op(x[0], x[1], 1, 0)),
        new("images without pixels", "images", () => [ones(1, 2, 0, 3), ones(2, 1, 2, 2)], (op, x) => op(x[0], x[1], 1, 0)),
        new("null for the weight", "weight", () => [ones(1, 2, 3, 3)], (op, x) => op(x[0], null!, 1, 0)),
        new("a weight for other channels", "weight", () => [ones(1, 2, 3, 3), ones(1, 2, 2, 2)], (op, x) => op(x[0], x[1], 1, 0)),
        new("a weight of another dtype", "weight", () => [ones(1, 2, 3, 3), ones(2, 1, 2, 2, dtype: ScalarType.Float64)], (op, x) => op(x[0], x[1], 1, 0)),
        new("a weight on another device", "weight", () => [ones(1, 2, 3, 3), ones([2, 1, 2, 2], device: META)], (op, x) => op(x[0], x[1], 1, 0)),
        new("stride 0", "stride", () => [ones(1, 2, 3, 3), ones(2, 1, 2, 2)], (op, x) => op(x[0], x[1], 0, 0)),
        new("padding -1", "padding", () => [ones(1, 2, 3, 3), ones(2, 1, 2, 2)], (op, x) => op(x[0], x[1], 1, -1)),
        new("padding that leaves nothing", "padding", () => [ones(1, 2, 3, 3), ones(2, 1, 2, 2)], (op, x) => op(x[0], x[1], 1, 2)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<Tensor, Tensor, long, long, Tensor>, ConvolutionCase>> OwnLaws =>
    [
        Own("it is a convolution run backwards", "⟨y, conv(x)⟩ = ⟨transposed(y), x⟩: it is the transpose of the convolution with the same weight, stride and padding.", (op, c) =>
        {
            var drawn = c.Draw();
            var (y, weight) = (drawn[0].Value, drawn[1].Value);
            var back = op(y, weight, c.Step, c.Padding);
            using var generator = new Generator((ulong)c.Seed, CPU);
            var x = randn(back.shape, dtype: ScalarType.Float64, generator: generator);
            var forth = F.conv2d(x, weight, strides: [c.Step, c.Step], padding: [c.Padding, c.Padding]);
            return Comparison.Same("product", (back * x).sum(), (y * forth).sum(), Tolerance.Times(100 * (1 + c.Scale)));
        }),
        Own("strides that do not divide the kernel leave checkerboards", "Where all inputs and weights are 1, a kernel of 3 at stride 2 gives inner pixels of 1, 2 and 4, and one of 4 gives 4 everywhere.", (op, _) =>
        {
            var image = ones(1, 1, 5, 5, dtype: ScalarType.Float64);
            var odd = op(image, ones(1, 1, 3, 3, dtype: ScalarType.Float64), 2, 0).narrow(2, 3, 4).narrow(3, 3, 4);
            var even = op(image, ones(1, 1, 4, 4, dtype: ScalarType.Float64), 2, 0).narrow(2, 3, 4).narrow(3, 3, 4);
            var board = tensor(new double[,] { { 1, 2, 1, 2 }, { 2, 4, 2, 4 }, { 1, 2, 1, 2 }, { 2, 4, 2, 4 } }).reshape(1, 1, 4, 4);
            return Comparison.Same("board", odd, board, Tolerance)
                .Then(() => Comparison.Same("even stamps", even, full_like(even, 4), Tolerance));
        }) with { Cases = 1 },
        Own("one pixel, one stamp", "An image that is 1 in one pixel and 0 elsewhere gives the kernel, at stride times its place.", (op, c) =>
        {
            var weight = c.Draw()[1].Value;
            var image = zeros(1, c.C, 3, 4, dtype: ScalarType.Float64);
            image[0, 0, 1, 2] = 1;
            var stamped = op(image, weight, c.Step, 0).narrow(2, c.Step, c.Kh).narrow(3, 2 * c.Step, c.Kw);
            return Comparison.Same("stamp", stamped[0], weight[0], Tolerance);
        }),
    ];
}
