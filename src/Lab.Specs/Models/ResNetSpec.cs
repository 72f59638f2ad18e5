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

/// <summary>Images of a few pixels, and a narrow residual network.</summary>
public sealed record ResNetCase : ImageCase
{
    /// <summary>Channels of the first stage.</summary>
    public int Width { get; init; } = 1;

    /// <summary>Blocks of the second stage; the others have one.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Of what it is built.</summary>
    public ResNetBlock Block { get; init; }

    /// <summary>8, 16 or 32.</summary>
    public int Stride { get; init; } = 16;

    /// <inheritdoc/>
    protected override string InputName => "images";

    internal long[] Depths => [1, Depth, 1, 1];

    internal long Times => Block == ResNetBlock.Basic ? 1 : 4;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [0, 0, 0, 0];

    /// <inheritdoc/>
    private protected override Layout Layout => Of("", Depths, Block, Width, C);

    internal static Layout Of(string prefix, long[] depths, ResNetBlock block, long width, long channels, Layout? layout = null)
    {
        layout = (layout ?? new()).Conv($"{prefix}conv1", width, channels, 7, bias: false).Norm($"{prefix}bn1", width);
        var from = width;
        for (var stage = 0; stage < 4; stage++)
        {
            var inner = width << stage;
            var to = block == ResNetBlock.Basic ? inner : 4 * inner;
            for (var i = 0; i < depths[stage]; i++, from = to)
            {
                var name = $"{prefix}layer{stage + 1}.{i}.";
                if (block == ResNetBlock.Basic)
                    layout.Conv($"{name}conv1", to, from, 3, false).Norm($"{name}bn1", to).Conv($"{name}conv2", to, to, 3, false).Norm($"{name}bn2", to);
                else
                    layout.Conv($"{name}conv1", inner, from, 1, false).Norm($"{name}bn1", inner).Conv($"{name}conv2", inner, inner, 3, false)
                        .Norm($"{name}bn2", inner).Conv($"{name}conv3", to, inner, 1, false).Norm($"{name}bn3", to);
                if (i == 0 && (stage > 0 || from != to))
                    layout.Conv($"{name}downsample.0", to, from, 1, false).Norm($"{name}downsample.1", to);
            }
        }
        return layout;
    }

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (Depth > 1)
            yield return this with { Depth = 1 };
        if (Block != ResNetBlock.Basic)
            yield return this with { Block = ResNetBlock.Basic };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }

    internal static Gen<ResNetCase> Any =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 3)
        from h in Gen.Choose(1, 18)
        from w in Gen.Choose(1, 18)
        from width in Gen.Choose(1, 2)
        from depth in Gen.Choose(1, 2)
        from block in Gen.Elements(ResNetBlock.Basic, ResNetBlock.Bottleneck)
        from stride in Gen.Elements(8, 16, 32)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ResNetCase { B = b, C = c, H = h, W = w, Width = width, Depth = depth, Block = block, Stride = stride, Seed = seed };
}

/// <summary>The backbone against its definition, block by block.</summary>
public sealed class ResNetSpec : ModuleSpec<ResNet, ResNetCase>
{
    /// <inheritdoc/>
    protected internal override ResNetCase Usual => new() { H = 20, W = 20, Width = 4, Block = ResNetBlock.Bottleneck, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<ResNetCase> Cases => ResNetCase.Any;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <summary>Sums over many layers.</summary>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(5000 * magnitude);

    /// <inheritdoc/>
    public override bool SmoothAt(ResNetCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    protected internal override ResNet Make(ResNetCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Depths, @case.Block, @case.Width, @case.Stride, @case.C);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(ResNet module, ResNetCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var maps = module.call(inputs[0]);
        return [maps.Stage1, maps.Stage2, maps.Stage3, maps.Stage4];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(ResNetCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        return Formula(new(p), "", inputs[0], @case.Depths, @case.Block, @case.Stride);
    }

    internal static Tensor[] Formula(Formulas net, string prefix, Tensor images, long[] depths, ResNetBlock block, long outputStride)
    {
        var x = F.max_pool2d(F.relu(net.Norm(net.Conv(images, $"{prefix}conv1", 2, 3), $"{prefix}bn1")), 3, 2, 1);
        var maps = new List<Tensor>();
        for (var stage = 0; stage < 4; stage++)
        {
            // Strides 4, 8, 16, 32 as far as the output stride allows; what is lost becomes the rate, behind the first 3x3 convolution.
            var (wanted, before) = (4 << stage, 4 << Math.Max(0, stage - 1));
            var halves = stage > 0 && wanted <= outputStride;
            for (var i = 0; i < depths[stage]; i++)
            {
                var name = $"{prefix}layer{stage + 1}.{i}.";
                var step = i == 0 && halves ? 2 : 1;
                var first = Math.Max(1, (i == 0 ? before : wanted) / outputStride);
                var rate = Math.Max(1, wanted / outputStride);
                var y = block == ResNetBlock.Basic
                    ? net.Conv(Act(net.Conv(x, $"{name}conv1", step, first, first), $"{name}bn1"), $"{name}conv2", 1, rate, rate)
                    : net.Conv(Act(net.Conv(x, $"{name}conv1"), $"{name}bn1"), $"{name}conv2", step, first, first);
                y = net.Norm(y, $"{name}bn2");
                if (block == ResNetBlock.Bottleneck)
                    y = net.Norm(net.Conv(F.relu(y), $"{name}conv3"), $"{name}bn3");
                var changes = step > 1 || x.size(1) != y.size(1) || (i == 0 && stage > 0);
                x = F.relu(y + (changes ? net.Norm(net.Conv(x, $"{name}downsample.0", step), $"{name}downsample.1") : x));
            }
            maps.Add(x);
        }
        return [.. maps];

        Tensor Act(Tensor map, string norm) => F.relu(net.Norm(map, norm));
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<ResNetCase>>> BadInputs =>
    [
        Given("integer images", "images", () => [ones(2, 2, 8, 8, dtype: ScalarType.Int64)], (net, x) => net.call(x[0])),
        Given("images of other channels", "images", () => [ones(2, 3, 8, 8)], (net, x) => net.call(x[0])),
        Given("images without pixels", "images", () => [ones(2, 2, 0, 8)], (net, x) => net.call(x[0])),
        Given("images of another dtype", "images", () => [ones(2, 2, 8, 8, dtype: ScalarType.Float64)], (net, x) => net.call(x[0])),
        Given("null for images", "images", () => [], (net, _) => net.call(null!)),
        Made("three depths", "depths", () => new ResNet([1, 1, 1]).Dispose()),
        Made("no width", "width", () => new ResNet(width: 0).Dispose()),
        Made("output stride 4", "outputStride", () => new ResNet(outputStride: 4).Dispose()),
        Made("no channels", "channels", () => new ResNet(channels: 0).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<ResNetCase>, ResNetCase>> ModelLaws =>
    [
        Own("strides are as asked", "At 64x64 the four maps have sides 16, 8, and then what the output stride leaves.", (_, _) =>
        {
            var verdict = Verdict.Holds;
            foreach (var (stride, sides) in new[] { (32, "16 8 4 2"), (16, "16 8 4 4"), (8, "16 8 8 8") })
            {
                using var net = Make(Usual with { Stride = stride });
                var got = string.Join(" ", Run(net, Usual, [ones(1, 2, 64, 64)]).Select(m => m.size(3)));
                verdict = verdict.Then(() => Verdict.Require(got == sides, $"At output stride {stride} the sides are {got}, expected {sides}."));
            }
            return verdict;
        }) with { Cases = 1 },
        Own("as many parameters as torchvision's", "ResNet-18 has 11,176,512 without its classifier, ResNet-50 23,508,032.", (_, _) =>
        {
            using var small = new ResNet();
            using var large = new ResNet([3, 4, 6, 3], ResNetBlock.Bottleneck);
            var counts = new[] { small, large }.Select(net => net.parameters().Sum(p => p.numel())).ToArray();
            return Verdict.Require(counts is [11_176_512, 23_508_032], $"There are {counts[0]} and {counts[1]}.");
        }) with { Cases = 1 },
        Own("a larger map holds the smaller one", "Every second pixel of the last map at stride 16, and every fourth at stride 8, is the map at stride 32.", (_, _) =>
        {
            var verdict = Verdict.Holds;
            foreach (var block in new[] { ResNetBlock.Basic, ResNetBlock.Bottleneck })
            {
                using var coarse = new ResNet([2, 1, 2, 2], block, 2, 32, 2);
                coarse.to(ScalarType.Float64).eval();
                using var generator = new Generator(3, CPU);
                var x = randn([1, 2, 64, 96], dtype: ScalarType.Float64, generator: generator);
                var expected = coarse.call(x).Stage4;
                for (var stride = 16; stride >= 8; stride /= 2)
                {
                    using var fine = new ResNet([2, 1, 2, 2], block, 2, stride, 2);
                    fine.to(ScalarType.Float64).load_state_dict(coarse.state_dict());
                    fine.eval();
                    var (map, step) = (fine.call(x).Stage4, 32 / stride);
                    verdict = verdict.Then(() => Comparison.Same(
                        $"map of {block} blocks at stride {stride}", map.slice(2, 0, map.size(2), step).slice(3, 0, map.size(3), step), expected, Tolerance));
                }
            }
            return verdict;
        }) with { Cases = 1 },
    ];
}
