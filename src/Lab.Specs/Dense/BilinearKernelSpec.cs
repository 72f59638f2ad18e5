using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense;

/// <summary>Sizes of a kernel.</summary>
public sealed record KernelCase : Case
{
    /// <summary>Channels.</summary>
    public int C { get; init; } = 1;

    /// <summary>The kernel's side.</summary>
    public int Size { get; init; } = 4;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [];

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Draw() => [];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (C > 1)
            yield return this with { C = C - 1 };
        if (Size > 1)
            yield return this with { Size = Size - 1 };
    }
}

/// <summary>FCN's kernel against a loop over plain doubles, and as what it is for.</summary>
public sealed class BilinearKernelSpec : Spec<Func<long, long, ScalarType?, Device?, Tensor>, KernelCase>
{
    /// <inheritdoc/>
    public override Func<long, long, ScalarType?, Device?, Tensor> Op => Spatial.BilinearKernel;

    /// <inheritdoc/>
    public override Func<long, long, ScalarType?, Device?, Tensor> Oracle => (channels, size, _, _) =>
    {
        var factor = (size + 1) / 2;
        var centre = size % 2 == 1 ? factor - 1 : factor - 0.5;
        var values = new double[channels, channels, size, size];
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < size; i++)
                for (var j = 0; j < size; j++)
                    values[c, c, i, j] = (1 - Math.Abs(i - centre) / factor) * (1 - Math.Abs(j - centre) / factor);
        return tensor(values);
    };

    /// <inheritdoc/>
    public override Gen<KernelCase> Cases =>
        from c in Gen.Choose(1, 4)
        from size in Gen.Choose(1, 9)
        select new KernelCase { C = c, Size = size };

    /// <inheritdoc/>
    public override bool IsDifferentiable => false;

    /// <inheritdoc/>
    public override bool TakesRealNumbers => false;

    /// <inheritdoc/>
    public override bool KeepsExamplesApart => false;

    /// <inheritdoc/>
    public override Tensor[] Call(Func<long, long, ScalarType?, Device?, Tensor> op, KernelCase @case, Tensor[] arguments) =>
        [op(@case.C, @case.Size, ScalarType.Float64, null)];

    /// <inheritdoc/>
    public override IEnumerable<BadInput<Func<long, long, ScalarType?, Device?, Tensor>>> BadInputs =>
    [
        new("no channels", "channels", () => [], (op, _) => op(0, 4, null, null)),
        new("no size", "size", () => [], (op, _) => op(1, 0, null, null)),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Law<Func<long, long, ScalarType?, Device?, Tensor>, KernelCase>> OwnLaws =>
    [
        Own("stamped it is resizing", "A transposed convolution by a factor with it equals the library's bilinear resize, but for the border, where stamps are missing.", (op, c) =>
        {
            var factor = (c.Size + 1) / 2;
            var (size, padding) = (2 * factor - factor % 2, factor / 2);
            using var generator = new Generator((ulong)c.Size, CPU);
            var image = randn([1, c.C, 5, 6], dtype: ScalarType.Float64, generator: generator);
            var stamped = F.conv_transpose2d(image, op(c.C, size, ScalarType.Float64, null), strides: [factor, factor], padding: [padding, padding]);
            var resized = F.interpolate(image, [5 * factor, 6 * factor], mode: InterpolationMode.Bilinear, align_corners: false);
            return Comparison.Same("inside", Inside(stamped), Inside(resized), Tolerance);

            Tensor Inside(Tensor x) => x.narrow(2, factor, 3 * factor).narrow(3, factor, 4 * factor);
        }),
        Own("dtype and device are those asked for", "Float32 and the CPU unless said otherwise.", (op, _) =>
        {
            using var usual = op(2, 4, null, null);
            using var there = op(2, 4, ScalarType.Float16, META);
            return Verdict.Require(usual.dtype == ScalarType.Float32 && usual.device_type == DeviceType.CPU, $"It is {usual.dtype} on {usual.device}.")
                .Then(() => Verdict.Require(there.dtype == ScalarType.Float16 && there.device_type == DeviceType.META, $"It is {there.dtype} on {there.device}."));
        }) with { Cases = 1 },
    ];
}
