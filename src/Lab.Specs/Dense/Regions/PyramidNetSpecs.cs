using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense.Regions;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense.Regions;

/// <summary>Three maps, each half as large as the one before, sides rounded up.</summary>
public sealed record PyramidCase : ImageCase
{
    /// <summary>Channels of the results.</summary>
    public int Width { get; init; } = 2;

    /// <summary>One map more.</summary>
    public bool Extra { get; init; }

    internal const int Maps = 3;

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => [.. Enumerable.Repeat(0, Extra ? Maps + 1 : Maps)];

    /// <inheritdoc/>
    private protected override Layout Layout => Of(new(), "", [C, C + 1, C + 2], Width);

    internal static Layout Of(Layout layout, string prefix, long[] channels, long width)
    {
        for (var i = 0; i < channels.Length; i++)
            layout.Conv($"{prefix}inner.{i}", width, channels[i], 1).Conv($"{prefix}outer.{i}", width, width, 3);
        return layout;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() => [.. Enumerable.Range(0, Maps).Select(i =>
        new Argument("maps", Numbers(i).Reals(B, C + i, (H + (1 << i) - 1) >> i, (W + (1 << i) - 1) >> i)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] })];
}

/// <summary>The pyramid, map by map.</summary>
public sealed class FeaturePyramidSpec : ModuleSpec<FeaturePyramid, PyramidCase>
{
    /// <inheritdoc/>
    protected internal override PyramidCase Usual => new() { H = 5, W = 6, Extra = true, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<PyramidCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from width in Gen.Choose(1, 2)
        from h in Gen.Choose(1, 7)
        from w in Gen.Choose(1, 7)
        from extra in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new PyramidCase { B = b, C = c, Width = width, H = h, W = w, Extra = extra, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    protected internal override FeaturePyramid Make(PyramidCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new([@case.C, @case.C + 1, @case.C + 2], @case.Width, @case.Extra);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(FeaturePyramid module, PyramidCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        return [.. module.call(inputs)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(PyramidCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return Formula(new(p), "", inputs, @case.Extra);
    }

    internal static Tensor[] Formula(Formulas net, string prefix, IReadOnlyList<Tensor> maps, bool extra)
    {
        var sums = maps.Select((map, i) => net.Conv(map, $"{prefix}inner.{i}")).ToArray();
        for (var i = maps.Count - 2; i >= 0; i--)
            sums[i] = sums[i] + Repeated(sums[i + 1], sums[i].size(2), sums[i].size(3));
        var results = sums.Select((sum, i) => net.Conv(sum, $"{prefix}outer.{i}", padding: 1)).ToList();
        if (extra)
            results.Add(F.max_pool2d(results[^1], 1, 2));
        return [.. results];

        static Tensor Repeated(Tensor map, long height, long width) =>
            map.index_select(2, Places(map.size(2), height)).index_select(3, Places(map.size(3), width));

        static Tensor Places(long from, long to) => tensor([.. Enumerable.Range(0, (int)to).Select(i => i * from / to)], dtype: ScalarType.Int64);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<PyramidCase>>> BadInputs =>
    [
        Given("null for the maps", "maps", () => [], (net, _) => net.call(null!)),
        Given("a map too few", "maps", () => [ones(1, 2, 4, 4), ones(1, 3, 2, 2)], (net, x) => net.call(x)),
        Given("maps of other channels", "maps", () => [ones(1, 2, 4, 4), ones(1, 2, 2, 2), ones(1, 4, 1, 1)], (net, x) => net.call(x)),
        Given("maps of another dtype", "maps", () => [.. new[] { 2L, 3, 4 }.Select(c => ones(1, c, 4, 4, dtype: ScalarType.Float64))], (net, x) => net.call(x)),
        Made("null for the channels", "channels", () => new FeaturePyramid(null!).Dispose()),
        Made("no channels", "channels", () => new FeaturePyramid([]).Dispose()),
        Made("no width", "width", () => new FeaturePyramid([2], 0).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<PyramidCase>, PyramidCase>> ModelLaws =>
    [
        Own("as many parameters as documented", "On the stages of ResNet-50 with 256 channels 3,344,384 numbers learn.", (_, _) =>
        {
            var count = PyramidCase.Of(new(), "", [256, 512, 1024, 2048], 256).Count;
            return Verdict.Require(count == 3_344_384, $"There are {count}.");
        }) with { Cases = 1 },
    ];
}

/// <summary>The maps of a pyramid, and an image's size.</summary>
public sealed record SemanticCase : ImageCase
{
    /// <summary>Channels inside.</summary>
    public int Width { get; init; } = 4;

    /// <summary>Groups of them.</summary>
    public int Groups { get; init; } = 2;

    internal long Height => (4 * H) - 1;

    internal long Across => (4 * W) - 2;

    /// <inheritdoc/>
    private protected override Layout Layout => Of(new(), "", C, PyramidCase.Maps, K, Width);

    internal static Layout Of(Layout layout, string prefix, long channels, int maps, long classes, long width)
    {
        for (var level = 0; level < maps; level++)
        {
            for (var step = 0; step < Math.Max(1, level); step++)
                layout.Conv($"{prefix}scales.{level}.{step}.0", width, step == 0 ? channels : width, 3, bias: false)
                    .LayerNorm($"{prefix}scales.{level}.{step}.1", width);
        }
        return layout.Conv($"{prefix}classifier", classes, width, 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() => [.. Enumerable.Range(0, PyramidCase.Maps).Select(i =>
        new Argument("maps", Numbers(i).Reals(B, C, (H + (1 << i) - 1) >> i, (W + (1 << i) - 1) >> i)) { Differentiable = true, BatchDim = 0, Extremes = [1e3, -1e3] })];
}

/// <summary>The branch, map by map and group by group.</summary>
public sealed class SemanticBranchSpec : ModuleSpec<SemanticBranch, SemanticCase>
{
    /// <inheritdoc/>
    protected internal override SemanticCase Usual => new() { H = 5, W = 6, Width = 8, Seed = 1 };

    /// <inheritdoc/>
    public override Gen<SemanticCase> Cases =>
        from b in Gen.Choose(1, 2)
        from c in Gen.Choose(1, 2)
        from k in Gen.Choose(1, 3)
        from groups in Gen.Elements(1, 2)
        from h in Gen.Choose(2, 6)
        from w in Gen.Choose(2, 6)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SemanticCase { B = b, C = c, K = k, Groups = groups, H = h, W = w, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-7, 1e-7);                     // a norm of a few nearly equal numbers

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(20000 * magnitude);

    /// <inheritdoc/>
    public override bool SmoothAt(SemanticCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return @case.Decimals is null;
    }

    /// <inheritdoc/>
    protected internal override SemanticBranch Make(SemanticCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, PyramidCase.Maps, @case.K, @case.Width, @case.Groups);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(SemanticBranch module, SemanticCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(@case);
        return [module.call(inputs, @case.Height, @case.Across)];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SemanticCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return [Formula(new(p), "", inputs, @case.Groups, @case.Height, @case.Across)];
    }

    internal static Tensor Formula(Formulas net, string prefix, IReadOnlyList<Tensor> maps, long groups, long height, long width)
    {
        var sum = zeros_like(maps[0].narrow(1, 0, 1));
        for (var level = 0; level < maps.Count; level++)
        {
            var map = maps[level];
            for (var step = 0; step < Math.Max(1, level); step++)
            {
                map = F.relu(Normed(net.Conv(map, $"{prefix}scales.{level}.{step}.0", padding: 1), $"{prefix}scales.{level}.{step}.1"));
                if (level > 0)
                    map = Sized(map, maps[level - step - 1].size(2), maps[level - step - 1].size(3));
            }
            sum = sum + map;
        }
        return Sized(net.Conv(sum, $"{prefix}classifier"), height, width);

        Tensor Normed(Tensor map, string name)
        {
            var each = map.size(1) / groups;
            var parts = Enumerable.Range(0, (int)groups).Select(g =>
            {
                var part = map.narrow(1, g * each, each);
                var centred = part - part.mean([1, 2, 3], keepdim: true);
                return centred / (centred.square().mean([1, 2, 3], keepdim: true) + 1e-5).sqrt();
            });
            return cat([.. parts], 1) * net[$"{name}.weight"].reshape(1, -1, 1, 1) + net[$"{name}.bias"].reshape(1, -1, 1, 1);
        }

        static Tensor Sized(Tensor map, long h, long w) => F.interpolate(map, [h, w], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SemanticCase>>> BadInputs =>
    [
        Given("null for the maps", "maps", () => [], (net, _) => net.call(null!, 9, 9)),
        Given("a map too few", "maps", () => [ones(1, 2, 4, 4), ones(1, 2, 2, 2)], (net, x) => net.call(x, 9, 9)),
        Given("maps of other channels", "maps", () => [ones(1, 2, 4, 4), ones(1, 3, 2, 2), ones(1, 2, 1, 1)], (net, x) => net.call(x, 9, 9)),
        Given("maps of another batch", "maps", () => [ones(1, 2, 4, 4), ones(2, 2, 2, 2), ones(1, 2, 1, 1)], (net, x) => net.call(x, 9, 9)),
        Given("height 0", "height", () => [ones(1, 2, 4, 4), ones(1, 2, 2, 2), ones(1, 2, 1, 1)], (net, x) => net.call(x, 0, 9)),
        Given("width 0", "width", () => [ones(1, 2, 4, 4), ones(1, 2, 2, 2), ones(1, 2, 1, 1)], (net, x) => net.call(x, 9, 0)),
        Made("no channels", "channels", () => new SemanticBranch(0, 4, 2).Dispose()),
        Made("no maps", "maps", () => new SemanticBranch(2, 0, 2).Dispose()),
        Made("no classes", "classes", () => new SemanticBranch(2, 4, 0).Dispose()),
        Made("no width", "width", () => new SemanticBranch(2, 4, 2, 0).Dispose()),
        Made("groups that do not divide the width", "groups", () => new SemanticBranch(2, 4, 2, 9, 2).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<SemanticCase>, SemanticCase>> ModelLaws =>
    [
        Own("norms start as norms", "In a new branch every norm's factors are 1 and its shifts 0; the library's own group norm starts with whatever lay in memory.", (_, _) =>
        {
            using var branch = Make(Usual);
            return branch.named_parameters().Where(p => p.name.EndsWith("1.weight", StringComparison.Ordinal) || p.name.EndsWith("1.bias", StringComparison.Ordinal))
                .Aggregate(Verdict.Holds, (verdict, p) => verdict.Then(() => Comparison.Same(
                    p.name, p.parameter, full_like(p.parameter, p.name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1), new Tolerance(0, 0))));
        }) with { Cases = 5 },
        Own("65 stays 65", "The maps of an image of 65x65, with sides of 17, 9 and 5, give logits of 65x65: not 4 times 17.", (_, _) =>
        {
            using var branch = Make(Usual);
            var shape = branch.call([rand(1, 2, 17, 17), rand(1, 2, 9, 9), rand(1, 2, 5, 5)], 65, 65).shape;
            return Verdict.Require(shape is [1, 2, 65, 65], $"It has shape [{string.Join(", ", shape)}].");
        }) with { Cases = 1 },
        Own("as many parameters as documented", "With four maps of 256 channels, width 128 and 54 classes 1,630,774 numbers learn.", (_, _) =>
        {
            var count = SemanticCase.Of(new(), "", 256, 4, 54, 128).Count;
            return Verdict.Require(count == 1_630_774, $"There are {count}.");
        }) with { Cases = 1 },
    ];
}
