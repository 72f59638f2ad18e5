using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>A map, and a pyramid with two rates.</summary>
public sealed record AsppCase : ImageCase
{
    /// <summary>Whether convolutions are split into channels and places.</summary>
    public bool Separable { get; init; } = true;

    /// <inheritdoc/>
    private protected override Layout Layout => Of(new(), "", C, K, 2, Separable);

    internal static Layout Of(Layout layout, string prefix, long channels, long width, int rates, bool separable)
    {
        layout.ConvNorm($"{prefix}branches.0", 0, width, channels, 1);
        for (var i = 1; i <= rates; i++)
        {
            if (separable)
                DeepLabCase.Separable(layout, $"{prefix}branches.{i}", width, channels);
            else
                layout.ConvNorm($"{prefix}branches.{i}", 0, width, channels, 3);
        }
        return layout.ConvNorm($"{prefix}image", 0, width, channels, 1).ConvNorm($"{prefix}project", 0, width, (rates + 2) * width, 1);
    }
}

/// <summary>The pyramid against its branches, one by one.</summary>
public sealed class AsppSpec : ModuleSpec<Aspp, AsppCase>
{
    private static readonly long[] rates = [1, 3];

    /// <inheritdoc/>
    protected internal override AsppCase Usual => new() { H = 5, W = 6, K = 4, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<AsppCase> Cases =>
        from b in Gen.Choose(1, 3)
        from c in Gen.Choose(1, 3)
        from k in Gen.Choose(2, 3)
        from h in Gen.Choose(1, 5)
        from w in Gen.Choose(1, 5)
        from separable in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new AsppCase { B = b, C = c, K = k, H = h, W = w, Separable = separable, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override bool SmoothAt(AsppCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    protected internal override Aspp Make(AsppCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, rates, @case.Separable);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(Aspp module, AsppCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [module.call(inputs[0])];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(AsppCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        return [Formula(new(p), "", inputs[0], rates, @case.Separable)];
    }

    internal static Tensor Formula(Formulas net, string prefix, Tensor x, long[] rates, bool separable)
    {
        var maps = new List<Tensor> { net.ConvNormRelu(x, $"{prefix}branches.0", 0, 0) };
        for (var i = 1; i <= rates.Length; i++)
            maps.Add(separable
                ? DeepLabV3PlusSpec.Separable(net, x, $"{prefix}branches.{i}", rates[i - 1])
                : net.ConvNormRelu(x, $"{prefix}branches.{i}", 0, rates[i - 1], rates[i - 1]));
        var mean = net.ConvNormRelu(F.adaptive_avg_pool2d(x, 1), $"{prefix}image", 0, 0);
        maps.Add(mean * ones_like(maps[0]));
        return net.ConvNormRelu(cat([.. maps], 1), $"{prefix}project", 0, 0);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<AsppCase>>> BadInputs =>
    [
        Given("integer features", "features", () => [ones(2, 2, 5, 6, dtype: ScalarType.Int64)], (module, x) => module.call(x[0])),
        Given("features of other channels", "features", () => [ones(2, 3, 5, 6)], (module, x) => module.call(x[0])),
        Given("features of another dtype", "features", () => [ones(2, 2, 5, 6, dtype: ScalarType.Float64)], (module, x) => module.call(x[0])),
        Given("null for features", "features", () => [], (module, _) => module.call(null!)),
        Made("no channels", "channels", () => new Aspp(0).Dispose()),
        Made("no width", "width", () => new Aspp(2, 0).Dispose()),
        Made("no rates", "rates", () => new Aspp(2, 2, []).Dispose()),
        Made("rate 0", "rates", () => new Aspp(2, 2, [0]).Dispose()),
        Made("dropout of everything", "dropout", () => new Aspp(2, 2, dropout: 1).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<AsppCase>, AsppCase>> ModelLaws =>
    [
        Own("a batch of one can be trained", "The branch that sees the mean of one image has one value per channel; it trains, and its statistics stay.", (_, _) =>
        {
            using var module = Make(Usual);
            module.train();
            module.call(rand(1, 2, 5, 6)).sum().backward();
            var state = module.state_dict();
            return Verdict.Require(module.parameters().All(p => p.grad is { } g && g.isfinite().all().ToBoolean()), "A gradient is missing or no number.")
                .Then(() => Comparison.Same("mean", state["image.1.running_mean"], zeros(4), new Tolerance(0, 0)))
                .Then(() => Verdict.Require(state["branches.0.1.running_mean"].ne(0).any().ToBoolean(), "Other statistics stand still too."));
        }) with { Cases = 1 },
        Own("separable is about a ninth", "At 256 channels the 3x3 branches take less than an eighth of the numbers when they are separable.", (_, _) =>
        {
            using var full = new Aspp(256, 256, [6], separable: false);
            using var split = new Aspp(256, 256, [6]);
            var (large, small) = (Branch(full), Branch(split));
            return Verdict.Require(large > 8 * small, $"There are {small} against {large}.");

            static long Branch(Aspp module) =>
                module.named_parameters().Where(p => p.name.StartsWith("branches.1", StringComparison.Ordinal)).Sum(p => p.parameter.numel());
        }) with { Cases = 1 },
    ];
}

/// <summary>Images of a few pixels, and a narrow DeepLabV3+.</summary>
public sealed record DeepLabCase : ImageCase
{
    /// <summary>8 or 16.</summary>
    public int Stride { get; init; } = 16;

    /// <summary>Channels of the backbone.</summary>
    public int Width { get; init; } = 1;

    /// <summary>Channels of the pyramid and the decoder.</summary>
    public int Inner { get; init; } = 2;

    internal static readonly long[] Depths = [1, 1, 1, 1];

    /// <inheritdoc/>
    protected override string InputName => "images";

    /// <inheritdoc/>
    private protected override Layout Layout => Of(Depths, ResNetBlock.Basic, Width, C, K, Inner, 2);

    internal static Layout Of(long[] depths, ResNetBlock block, long width, long channels, long classes, long inner, long low)
    {
        var layout = ResNetCase.Of("backbone.", depths, block, width, channels);
        var times = block == ResNetBlock.Basic ? 1 : 4;
        AsppCase.Of(layout, "aspp.", 8 * times * width, inner, 3, true).ConvNorm("low", 0, low, times * width, 1);
        Separable(layout, "decoder.0", inner, inner + low);
        Separable(layout, "decoder.1", inner, inner);
        return layout.Conv("classifier", classes, inner, 1);
    }

    internal static void Separable(Layout layout, string name, long to, long from) => layout
        .Conv($"{name}.0", from, 1, 3, bias: false).Norm($"{name}.1", from).Conv($"{name}.3", to, from, 1, bias: false).Norm($"{name}.4", to);
}

/// <summary>DeepLabV3+ against its definition.</summary>
public sealed class DeepLabV3PlusSpec : ImageModelSpec<DeepLabV3Plus, DeepLabCase>
{
    /// <inheritdoc/>
    protected internal override DeepLabCase Usual => new() { H = 24, W = 20, Width = 4, Inner = 4, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<DeepLabCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from h in Gen.Choose(1, 20)
        from w in Gen.Choose(1, 20)
        from stride in Gen.Elements(8, 16)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DeepLabCase { B = b, C = c, H = h, W = w, Stride = stride, Seed = seed };

    /// <inheritdoc/>
    protected override long Least => 1;

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(20000 * magnitude);

    /// <inheritdoc/>
    protected internal override DeepLabV3Plus Make(DeepLabCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(
            new ResNet(DeepLabCase.Depths, ResNetBlock.Basic, @case.Width, @case.Stride, @case.C), @case.K, @case.Inner, 2);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DeepLabCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var net = new Formulas(p);
        var maps = ResNetSpec.Formula(net, "backbone.", inputs[0], DeepLabCase.Depths, ResNetBlock.Basic, @case.Stride);
        var times = @case.Stride == 8 ? 2 : 1;
        var context = AsppSpec.Formula(net, "aspp.", maps[3], [6 * times, 12 * times, 18 * times], true);
        var edges = net.ConvNormRelu(maps[0], "low", 0, 0);
        var joined = cat([Sized(context, edges), edges], 1);
        joined = Separable(net, Separable(net, joined, "decoder.0", 1), "decoder.1", 1);
        return [Sized(net.Conv(joined, "classifier"), inputs[0])];

        static Tensor Sized(Tensor x, Tensor like) =>
            F.interpolate(x, [like.size(2), like.size(3)], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    internal static Tensor Separable(Formulas net, Tensor x, string name, long rate)
    {
        var apart = cat([.. Enumerable.Range(0, (int)x.size(1)).Select(c =>
            F.conv2d(x.narrow(1, c, 1), net[$"{name}.0.weight"].narrow(0, c, 1), padding: [rate, rate], dilation: [rate, rate]))], 1);
        return net.ConvNormRelu(F.relu(net.Norm(apart, $"{name}.1")), name, 3, 0);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DeepLabCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no backbone", "backbone", () => new DeepLabV3Plus(null!).Dispose()),
        Made("no classes", "classes", () => OnSmall(backbone => new(backbone, 0))),
        Made("no width", "width", () => OnSmall(backbone => new(backbone, 2, 0))),
        Made("no low width", "lowWidth", () => OnSmall(backbone => new(backbone, 2, 2, 0))),
        Made("no rates", "rates", () => OnSmall(backbone => new(backbone, 2, 2, 2, []))),
        Made("dropout of everything", "dropout", () => OnSmall(backbone => new(backbone, 2, 2, 2, dropout: 1))),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DeepLabCase>, DeepLabCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Counted("as many parameters as documented", 45_688_261, DeepLabCase.Of([3, 4, 23, 3], ResNetBlock.Bottleneck, 64, 3, 21, 256, 48)),
        Own("one image can be trained", "A batch of one trains at any size, down to one pixel.", (_, _) =>
        {
            using var net = Make(Usual);
            net.train();
            (net.call(rand(1, 2, 33, 17)).sum() + net.call(rand(1, 2, 1, 1)).sum()).backward();
            return Verdict.Require(net.parameters().All(p => p.grad is { } g && g.isfinite().all().ToBoolean()), "A gradient is missing or no number.");
        }) with { Cases = 1 },
    ];

    private static void OnSmall(Func<ResNet, DeepLabV3Plus> make)
    {
        using var backbone = new ResNet([1, 1, 1, 1], ResNetBlock.Basic, 1);
        make(backbone).Dispose();
    }
}
