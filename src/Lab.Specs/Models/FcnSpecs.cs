using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Specs.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>Images of 32 pixels and a bit, and a network of one or two channels.</summary>
public sealed record FcnCase : ImageCase
{
    /// <summary>Channels of each group.</summary>
    public int Width { get; init; } = 1;

    /// <summary>Channels of the layers that were fully connected.</summary>
    public int Hidden { get; init; } = 2;

    /// <summary>Whether logits of three heights are added.</summary>
    public bool Skips { get; init; }

    /// <inheritdoc/>
    protected override string InputName => "images";

    /// <inheritdoc/>
    protected override int Least => 32;

    internal long[] Widths => [Width, Width, Width + 1, Width + 1, Width + 1];

    /// <inheritdoc/>
    private protected override Layout Layout => Of(Skips, Widths, Hidden, C, K);

    internal static Layout Of(bool skips, long[] widths, long hidden, long channels, long classes)
    {
        var layout = new Layout();
        for (var (group, from) = (0, channels); group < 5; from = widths[group++])
            for (var i = 0; i < (group < 2 ? 2 : 3); i++)
                layout.Conv($"features.conv{group + 1}.{2 * i}", widths[group], i == 0 ? from : widths[group], 3);
        layout.Conv("features.fc6", hidden, widths[4], 7).Conv("features.fc7", hidden, hidden, 1);
        return skips
            ? layout.Conv("score_fr", classes, hidden, 1).Conv("score_pool4", classes, widths[3], 1).Conv("score_pool3", classes, widths[2], 1)
                .Add("upscore2.weight", classes, classes, 4, 4).Add("upscore4.weight", classes, classes, 4, 4)
                .Add("upscore8.weight", classes, classes, 16, 16)
            : layout.Conv("score", classes, hidden, 1).Add("upsample.weight", classes, classes, 64, 64);
    }

    internal static Gen<FcnCase> Any(bool skips) =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from h in Gen.Choose(32, 36)
        from w in Gen.Choose(30, 34)
        from seed in Gen.Choose(0, int.MaxValue)
        select new FcnCase { B = b, C = c, K = 2, H = h, W = Math.Max(32, w), Skips = skips, Seed = seed };
}

/// <summary>What both specs share.</summary>
/// <typeparam name="TModel">The network.</typeparam>
public abstract class FcnSpec<TModel> : ImageModelSpec<TModel, FcnCase>
    where TModel : Fcn
{
    /// <inheritdoc/>
    protected sealed override long Least => 32;

    /// <inheritdoc/>
    protected internal sealed override Tensor[] Reference(FcnCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var net = new Formulas(p);
        var (h, w) = (inputs[0].size(2), inputs[0].size(3));
        var x = F.pad(inputs[0], [0, (32 - w % 32) % 32, 0, (32 - h % 32) % 32]);
        var pools = new List<Tensor>();
        for (var group = 1; group <= 5; group++)
        {
            for (var i = 0; i < (group < 3 ? 2 : 3); i++)
                x = F.relu(net.Conv(x, $"features.conv{group}.{2 * i}", padding: 1));
            pools.Add(x = F.max_pool2d(x, 2, 2));
        }
        x = F.relu(net.Conv(F.relu(net.Conv(x, "features.fc6", padding: 3)), "features.fc7"));
        return [Enlarged(net, x, pools[3], pools[2]).slice(2, 0, h, 1).slice(3, 0, w, 1)];
    }

    private protected abstract Tensor Enlarged(Formulas net, Tensor last, Tensor pool4, Tensor pool3);

    /// <summary>A transposed convolution of kernel 2·s, stride s and padding s/2.</summary>
    private protected static Tensor Up(Formulas net, Tensor x, string name, long stride) =>
        F.conv_transpose2d(x, net[$"{name}.weight"], strides: [stride, stride], padding: [stride / 2, stride / 2]);

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<FcnCase>, FcnCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Own("nothing is stretched", "The logits of a 70x90 image are the upper left part of those of that image with zeros up to 96x96.", (_, c) =>
        {
            var (net, _) = Drawn(c);
            using var kept = net;
            using var generator = new Generator((ulong)c.Seed, CPU);
            var image = randn([1, c.C, 70, 90], dtype: ScalarType.Float64, generator: generator);
            var whole = net.call(F.pad(image, [0, 6, 0, 26]));
            return Comparison.Same("logits", net.call(image), whole.narrow(2, 0, 70).narrow(3, 0, 90), Tolerance);
        }) with { Cases = 3 },
        Own("it starts by enlarging bilinearly", "A new network's enlarging layers do not mix classes, and a constant map of logits stays constant in the inside.", (_, c) =>
        {
            using var net = Make(c);
            return net.state_dict().Where(e => e.Key.StartsWith("up", StringComparison.Ordinal)).Aggregate(Verdict.Holds, (verdict, e) => verdict.Then(() =>
            {
                var stride = e.Value.size(2) / 2;
                var up = F.conv_transpose2d(ones(1, c.K, 4, 4), e.Value, strides: [stride, stride], padding: [stride / 2, stride / 2]);
                return Comparison.Same(e.Key, up.narrow(2, stride, 2 * stride).narrow(3, stride, 2 * stride), ones(1, c.K, 2 * stride, 2 * stride), new Tolerance(0, 1e-5));
            }));
        }) with { Cases = 1 },
    ];
}

/// <summary>FCN-32s against its definition.</summary>
public sealed class Fcn32sSpec : FcnSpec<Fcn32s>
{
    /// <inheritdoc/>
    protected internal override FcnCase Usual => new() { H = 64, W = 64, Width = 6, Hidden = 16, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<FcnCase> Cases => FcnCase.Any(skips: false);

    /// <inheritdoc/>
    protected internal override Fcn32s Make(FcnCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.K, @case.C, @case.Widths, @case.Hidden);
    }

    private protected override Tensor Enlarged(Formulas net, Tensor last, Tensor pool4, Tensor pool3) =>
        Up(net, net.Conv(last, "score"), "upsample", 32);

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<FcnCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no classes", "classes", () => new Fcn32s(0).Dispose()),
        Made("no channels", "channels", () => new Fcn32s(2, 0).Dispose()),
        Made("four widths", "widths", () => new Fcn32s(2, 3, [1, 1, 1, 1]).Dispose()),
        Made("no hidden channels", "hidden", () => new Fcn32s(2, 3, [1, 1, 1, 1, 1], 0).Dispose()),
        Made("dropout of everything", "dropout", () => new Fcn32s(2, 3, [1, 1, 1, 1, 1], 2, 1).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<FcnCase>, FcnCase>> ModelLaws =>
        [.. base.ModelLaws, Counted("as many parameters as documented", 136_152_917, FcnCase.Of(false, [64, 128, 256, 512, 512], 4096, 3, 21))];
}

/// <summary>FCN-8s against its definition.</summary>
public sealed class Fcn8sSpec : FcnSpec<Fcn8s>
{
    /// <inheritdoc/>
    protected internal override FcnCase Usual => new() { H = 64, W = 64, Width = 6, Hidden = 16, Skips = true, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<FcnCase> Cases => FcnCase.Any(skips: true);

    /// <inheritdoc/>
    protected internal override Fcn8s Make(FcnCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.K, @case.C, @case.Widths, @case.Hidden);
    }

    private protected override Tensor Enlarged(Formulas net, Tensor last, Tensor pool4, Tensor pool3)
    {
        var fused = Up(net, net.Conv(last, "score_fr"), "upscore2", 2) + net.Conv(pool4, "score_pool4");
        return Up(net, Up(net, fused, "upscore4", 2) + net.Conv(pool3, "score_pool3"), "upscore8", 8);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<FcnCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no classes", "classes", () => new Fcn8s(0).Dispose()),
        Made("no channels", "channels", () => new Fcn8s(2, 0).Dispose()),
        Made("four widths", "widths", () => new Fcn8s(2, 3, [1, 1, 1, 1]).Dispose()),
        Made("no hidden channels", "hidden", () => new Fcn8s(2, 3, [1, 1, 1, 1, 1], 0).Dispose()),
        Made("dropout of everything", "dropout", () => new Fcn8s(2, 3, [1, 1, 1, 1, 1], 2, 1).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<FcnCase>, FcnCase>> ModelLaws =>
        [.. base.ModelLaws, Counted("as many parameters as documented", 134_489_759, FcnCase.Of(true, [64, 128, 256, 512, 512], 4096, 3, 21))];
}
