using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Dense;
using Lab.Specs.Harness;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Dense;

/// <summary>Logits per pixel against the formula, and at other sizes against the library's resize.</summary>
public sealed class SegmentationHeadSpec : DenseHeadSpec<SegmentationHead>
{
    /// <inheritdoc/>
    protected internal override SegmentationHead Make(DenseHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Hidden);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DenseHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [LastLayer(@case, inputs[0], p)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DenseHeadCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("no classes", "classes", () => new SegmentationHead(2, 0).Dispose()),
        Given("height 0", "height", () => [ones(2, 2, 3, 4)], (head, x) => head.forward(x[0], 0, 5)),
        Given("width 0", "width", () => [ones(2, 2, 3, 4)], (head, x) => head.forward(x[0], 5, 0)),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DenseHeadCase>, DenseHeadCase>> ModelLaws =>
    [
        Own("at another size the logits are resized", "Upsampling to any size is the library's bilinear resize of the logits, and Predict its argmax.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var expected = F.interpolate(head.call(x[0]), [7, 5], mode: InterpolationMode.Bilinear, align_corners: false);
            return Comparison.Same("logits", head.forward(x[0], 7, 5), expected, Tolerance.Times(10))
                .Then(() => Comparison.Same("classes", head.Predict(x[0], 7, 5), expected.argmax(1), new Tolerance(0, 0)));
        }),
        Own("what comes out are raw logits", "Twice the last weights and biases, twice the output: nothing squeezes it.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var before = head.call(x[0]);
            using (no_grad())
                foreach (var (name, parameter) in head.named_parameters())
                    if (name.StartsWith("classifier", StringComparison.Ordinal))
                        parameter.mul_(2);
            return Comparison.Same("logits", head.call(x[0]), 2 * before, Tolerance.Times(10));
        }),
        Own("one image of one pixel can be trained", "Where a batch holds one value per channel there is no variance, and the running statistics stand in; they do not move.", (_, _) =>
        {
            using var head = new SegmentationHead(2, 3, 4);
            head.train();
            head.call(ones(1, 2, 1, 1)).sum().backward();
            var state = head.state_dict();
            return Verdict.Require(head.parameters().All(p => p.grad is { } g && g.isfinite().all().ToBoolean()), "A gradient is missing or no number.")
                .Then(() => Comparison.Same("mean", state["conv.1.running_mean"], zeros(4), new Tolerance(0, 0)))
                .Then(() => Comparison.Same("variance", state["conv.4.running_var"], ones(4), new Tolerance(0, 0)));
        }) with { Cases = 1 },
        Own("in training it is the library's batch norm", "A step in training mode moves the statistics as nn.BatchNorm2d does, and puts out the same.", (_, c) =>
        {
            if (c.B * c.H * c.W < 2)
                return Verdict.DoesNotApply;
            var (head, x) = Drawn(c);
            using var kept = head;
            using var library = nn.BatchNorm2d(c.Hidden);
            library.to(ScalarType.Float64);
            var state = head.state_dict();
            library.load_state_dict(state.Where(s => s.Key.StartsWith("conv.1.", StringComparison.Ordinal)).ToDictionary(s => s.Key[7..], s => s.Value));
            head.train();
            head.call(x[0]);
            library.call(F.conv2d(x[0], state["conv.0.weight"], padding: [1, 1]));
            var (mine, theirs) = (head.state_dict(), library.state_dict());
            return theirs.Aggregate(Verdict.Holds, (verdict, entry) => verdict.Then(() =>
                Comparison.Same(entry.Key, mine[$"conv.1.{entry.Key}"], entry.Value, Tolerance)));
        }) with { Cases = 20 },
    ];
}

/// <summary>Depths in a range against the formula.</summary>
public sealed class DepthHeadSpec : DenseHeadSpec<DepthHead>
{
    private const double Near = 0.5;
    private const double Far = 20;

    /// <inheritdoc/>
    protected internal override DenseHeadCase Usual => base.Usual with { Last = "regressor", Outputs = 1 };

    /// <inheritdoc/>
    public override Gen<DenseHeadCase> Cases =>
        from c in base.Cases
        from logarithmic in Gen.Elements(false, true)
        select c with { Logarithmic = logarithmic };

    /// <inheritdoc/>
    protected internal override DepthHead Make(DenseHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, Near, Far, @case.Logarithmic ? DepthScale.Logarithmic : DepthScale.Linear, @case.Hidden);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DenseHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        return [Range(LastLayer(@case, inputs[0], p).select(1, 0), @case.Logarithmic)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DenseHeadCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("near 0", "near", () => new DepthHead(2, 0, 10).Dispose()),
        Made("far before near", "far", () => new DepthHead(2, 10, 5).Dispose()),
        Given("height 0", "height", () => [ones(2, 2, 3, 4)], (head, x) => head.forward(x[0], 0, 5)),
        Given("width 0", "width", () => [ones(2, 2, 3, 4)], (head, x) => head.forward(x[0], 5, 0)),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DenseHeadCase>, DenseHeadCase>> ModelLaws =>
    [
        Own("depths stay in the range", "Whatever the features, no depth is nearer than near or further than far, at any size.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var depths = head.forward(100 * x[0], 6, 7);
            return Verdict.Require(
                depths.shape.SequenceEqual([c.B, 6L, 7]) && depths.ge(Near - 1e-9).logical_and(depths <= Far + 1e-9).all().ToBoolean(),
                $"Depths {depths.min().ToDouble():G3} to {depths.max().ToDouble():G3} of shape [{string.Join(", ", depths.shape)}].");
        }),
        Own("a logit of 0 is the middle of the scale", "With the last layer at 0 every depth is (near + far)/2 on the linear scale, √(near·far) on the logarithmic.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            using (no_grad())
                foreach (var (name, parameter) in head.named_parameters())
                    if (name.StartsWith("regressor", StringComparison.Ordinal))
                        parameter.zero_();
            var depths = head.call(x[0]);
            return Comparison.Same("depths", depths, full_like(depths, c.Logarithmic ? Math.Sqrt(Near * Far) : (Near + Far) / 2), Tolerance);
        }),
    ];

    private static Tensor Range(Tensor logits, bool logarithmic) => logarithmic
        ? Near * pow(Far / Near, logits.sigmoid())
        : Near + (Far - Near) * logits.sigmoid();
}

/// <summary>Logits of the questions "further than this?", and how they are asked and read.</summary>
public sealed class OrdinalDepthHeadSpec : DenseHeadSpec<OrdinalDepthHead>
{
    /// <inheritdoc/>
    public override Gen<DenseHeadCase> Cases => base.Cases.Select(c => c with { Outputs = c.K - 1 });

    /// <inheritdoc/>
    protected internal override DenseHeadCase Usual => base.Usual with { K = 4, Outputs = 3 };

    /// <inheritdoc/>
    protected internal override OrdinalDepthHead Make(DenseHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, (@case.Outputs ?? 1) + 1, 1, 16, @case.Hidden);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DenseHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [LastLayer(@case, inputs[0], p)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DenseHeadCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Made("one bin", "bins", () => new OrdinalDepthHead(2, 1).Dispose()),
        Made("near 0", "near", () => new OrdinalDepthHead(2, 4, 0, 10).Dispose()),
        Made("far before near", "far", () => new OrdinalDepthHead(2, 4, 10, 5).Dispose()),
        Given("depths with a channel", "depths", () => [ones(2, 1, 3, 4)], (head, x) => head.Targets(x[0])),
        Given("integer depths", "depths", () => [ones(2, 3, 4, dtype: ScalarType.Int64)], (head, x) => head.Targets(x[0])),
        Given("logits of other bins, expected", "logits", () => [ones(2, 2, 3, 4)], (head, x) => head.Expected(x[0])),
        Given("logits of other bins, predicted", "logits", () => [ones(2, 2, 3, 4)], (head, x) => head.Predict(x[0])),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DenseHeadCase>, DenseHeadCase>> ModelLaws =>
    [
        Own("edges rise by equal factors", "From 1 to 16 in four bins the edges are 1, 2, 4, 8, 16.", (_, _) =>
        {
            using var head = new OrdinalDepthHead(1, 4, 1, 16, 1);
            return Comparison.Same("edges", tensor([.. head.Edges]), tensor([1.0, 2, 4, 8, 16]), Tolerance);
        }) with { Cases = 1 },
        Own("right answers lead back to the bin", "Logits that are sure of the targets of a depth are read, either way, as the middle of its bin.", (_, c) =>
        {
            using var head = Make(c);
            using var generator = new Generator((ulong)c.Seed, CPU);
            var depths = (rand([2, 3, 4], dtype: ScalarType.Float64, generator: generator) * Math.Log(16)).exp();
            var sure = (head.Targets(depths) - 0.5) * 200;
            var bins = head.Edges.Count - 1;
            var middle = (((depths.log() / Math.Log(16) * bins).floor().clamp(0, bins - 1) + 0.5) / bins * Math.Log(16)).exp();
            return Comparison.Same("predicted", head.Predict(sure), middle, Tolerance)
                .Then(() => Comparison.Same("expected", head.Expected(sure), middle, Tolerance));
        }),
        Own("expected depth is the mean over bins", "With falling probabilities of being further the expected depth is Σ P(bin)·middle.", (_, c) =>
        {
            using var head = Make(c with { Outputs = 3 });
            using var generator = new Generator((ulong)c.Seed, CPU);
            var logits = randn([1, 3, 2, 2], dtype: ScalarType.Float64, generator: generator).sort(1, descending: true).Values;
            var further = cat([ones(1, 1, 2, 2, dtype: ScalarType.Float64), logits.sigmoid(), zeros(1, 1, 2, 2, dtype: ScalarType.Float64)], 1);
            var mass = further.narrow(1, 0, 4) - further.narrow(1, 1, 4);
            var middles = tensor([Math.Sqrt(2), Math.Sqrt(8), Math.Sqrt(32), Math.Sqrt(128)]).reshape(1, 4, 1, 1);
            return Comparison.Same("depth", head.Expected(logits), (mass * middles).sum(1), Tolerance);
        }),
    ];
}

/// <summary>Heatmaps against the formula.</summary>
public sealed class KeypointHeatmapHeadSpec : DenseHeadSpec<KeypointHeatmapHead>
{
    /// <inheritdoc/>
    protected internal override DenseHeadCase Usual => base.Usual with { Last = "heatmap", OneLayer = true };

    /// <inheritdoc/>
    protected internal override KeypointHeatmapHead Make(DenseHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Hidden);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DenseHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [LastLayer(@case, inputs[0], p)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DenseHeadCase>>> BadInputs =>
        [.. base.BadInputs, Made("no keypoints", "keypoints", () => new KeypointHeatmapHead(2, 0).Dispose())];
}

/// <summary>Vectors per pixel against the formula.</summary>
public sealed class PixelEmbeddingHeadSpec : DenseHeadSpec<PixelEmbeddingHead>
{
    /// <inheritdoc/>
    protected internal override DenseHeadCase Usual => base.Usual with { Last = "project", Bias = false };

    /// <inheritdoc/>
    protected internal override PixelEmbeddingHead Make(DenseHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.C, @case.K, @case.Hidden);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DenseHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return [F.normalize(LastLayer(@case, inputs[0], p), 2, 1, 1e-12)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DenseHeadCase>>> BadInputs =>
        [.. base.BadInputs, Made("no dimensions", "dimensions", () => new PixelEmbeddingHead(2, 0).Dispose())];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DenseHeadCase>, DenseHeadCase>> ModelLaws =>
    [
        Own("every pixel is on the sphere", "Each pixel's vector has length 1, or 0 where the hidden layer is silent.", (_, c) =>
        {
            var (head, x) = Drawn(c);
            using var kept = head;
            var length = head.call(x[0]).square().sum(1);
            return Verdict.Require(
                (length - 1).abs().le(1e-9).logical_or(length.eq(0)).all().ToBoolean(), "A vector's length is neither 1 nor 0.");
        }),
    ];
}
