using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sets;

/// <summary>A memory, noised queries or none, and the sizes of a head.</summary>
public sealed record SetHeadCase : ModuleCase
{
    /// <summary>Pictures B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Places S of the memory.</summary>
    public int S { get; init; } = 3;

    /// <summary>Width D, a multiple of 4.</summary>
    public int D { get; init; } = 4;

    /// <summary>Heads.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>Decoder layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Learned queries Q.</summary>
    public int Q { get; init; } = 2;

    /// <summary>Noised queries P; 0 for none.</summary>
    public int P { get; init; } = 2;

    /// <summary>Classes K.</summary>
    public int K { get; init; } = 2;

    /// <summary>How classes are put out.</summary>
    public ClassKind Kind { get; init; }

    /// <summary>The head's options.</summary>
    internal SetPredictionOptions Sizes =>
        new() { Classes = K, Queries = Q, Width = D, Heads = Heads, Layers = Layers, InnerWidth = 3, Kind = Kind };

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters => SetHeadByHand.State(Sizes, "");

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => new int[(P > 0 ? 4 : 2) * Layers];

    /// <inheritdoc/>
    protected override string ExtremeParameter => "content";

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("memory", Numbers().Reals(B, S, D)) { Differentiable = true, BatchDim = 0 },
        .. P == 0 ? Array.Empty<Argument>() :
        [
            new("labels", Numbers(1).Indices(K, B, P)) { BatchDim = 0 },
            new("boxes", Numbers(2).Between(0.05, 0.95, B, P, 4)) { BatchDim = 0 },
            new("mask", Numbers(3).Mask(0.6, B, P + Q, P + Q).logical_or(eye(P + Q, dtype: ScalarType.Bool))) { BatchDim = 0 },
            new("counts", Numbers(4).Indices(P + 1, B)) { BatchDim = 0 },
        ],
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (S > 1)
            yield return this with { S = S - 1 };
        if (Layers > 1)
            yield return this with { Layers = Layers - 1 };
        if (P > 0)
            yield return this with { P = P - 1 };
        if (Q > 1)
            yield return this with { Q = Q - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The head by its equations.</summary>
internal static class SetHeadByHand
{
    public static IReadOnlyList<StateEntry> State(SetPredictionOptions options, string prefix)
    {
        var (width, inner) = ((int)options.Width, options.InnerWidth ?? 4 * options.Width);
        return
        [
            new($"{prefix}content", options.Queries, width), new($"{prefix}anchors", options.Queries, 4),
            new($"{prefix}labels.weight", options.Classes, width), .. TransformerByHand.Pair($"{prefix}place", width, 2 * width),
            .. Enumerable.Range(0, (int)options.Layers).SelectMany(layer => (StateEntry[])
            [
                .. TransformerByHand.Pair($"{prefix}layers.{layer}.attentionNorm", width),
                .. TransformerByHand.Attention($"{prefix}layers.{layer}.attention", width, width),
                .. TransformerByHand.Pair($"{prefix}layers.{layer}.sourceNorm", width),
                .. TransformerByHand.Attention($"{prefix}layers.{layer}.source", width, width),
                .. TransformerByHand.Pair($"{prefix}layers.{layer}.feedNorm", width),
                .. TransformerByHand.Pair($"{prefix}layers.{layer}.feed.expand", inner, width),
                .. TransformerByHand.Pair($"{prefix}layers.{layer}.feed.contract", width, inner),
            ]),
            .. TransformerByHand.Pair($"{prefix}norm", width),
            .. TransformerByHand.Pair($"{prefix}classify", options.Classes + (options.Kind == ClassKind.Softmax ? 1 : 0), width),
            .. TransformerByHand.Pair($"{prefix}locate.0", width, width), .. TransformerByHand.Pair($"{prefix}locate.2", 4, width),
        ];
    }

    /// <summary>Per layer logits and boxes of the learned queries, then of the noised ones.</summary>
    public static Tensor[] Formula(
        SetPredictionOptions options, Tensor memory, Tensor? labels, Tensor? boxes, Tensor? mask, IReadOnlyDictionary<string, Tensor> all, string prefix)
    {
        var p = all.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(e => e.Key[prefix.Length..], e => e.Value);
        var (B, heads, noised) = (memory.size(0), (int)options.Heads, labels?.size(1) ?? 0);
        var starts = p["anchors"].expand(B, -1, -1);
        var x = p["content"].expand(B, -1, -1);
        if (labels is not null)
        {
            starts = cat([(boxes! / (1 - boxes!)).log(), starts], 1);
            x = cat([p["labels.weight"].index_select(0, labels.flatten()).reshape(B, noised, options.Width), x], 1);
        }
        x = x + F.linear(Waves(1 / (1 + (-starts).exp()), (int)options.Width / 4), p["place.weight"], p["place.bias"]);
        mask ??= ones(B, x.size(1), x.size(1), dtype: ScalarType.Bool);
        var everything = ones(B, x.size(1), memory.size(1), dtype: ScalarType.Bool);
        var (learned, others) = (new List<Tensor>(), new List<Tensor>());
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var normed = TransformerByHand.Norm(x, $"layers.{layer}.attentionNorm", p);
            x = x + TransformerByHand.Attend(normed, normed, mask, heads, $"layers.{layer}.attention", p).Context;
            x = x + TransformerByHand.Attend(
                TransformerByHand.Norm(x, $"layers.{layer}.sourceNorm", p), memory, everything, heads, $"layers.{layer}.source", p).Context;
            x = x + TransformerByHand.Feed(TransformerByHand.Norm(x, $"layers.{layer}.feedNorm", p), $"layers.{layer}.feed", p);
            var said = TransformerByHand.Norm(x, "norm", p);
            var logits = F.linear(said, p["classify.weight"], p["classify.bias"]);
            var hidden = F.linear(said, p["locate.0.weight"], p["locate.0.bias"]).relu();
            var found = 1 / (1 + (-(starts + F.linear(hidden, p["locate.2.weight"], p["locate.2.bias"]))).exp());
            learned.AddRange([logits.narrow(1, noised, options.Queries), found.narrow(1, noised, options.Queries)]);
            if (noised > 0)
                others.AddRange([logits.narrow(1, 0, noised), found.narrow(1, 0, noised)]);
        }
        return [.. learned, .. others];
    }

    /// <summary>Sines, then cosines, of each coordinate.</summary>
    public static Tensor Waves(Tensor coordinates, int count) => cat(
        [.. coordinates.unbind(-1).SelectMany(c => new Func<Tensor, Tensor>[] { t => t.sin(), t => t.cos() }.Select(wave =>
            stack([.. Enumerable.Range(0, count).Select(i => wave(c * (2 * Math.PI / Math.Pow(20, i / (double)count))))], -1)))], -1);
}

/// <summary>The head of a set against its equations.</summary>
public sealed class SetPredictionHeadSpec : ModuleSpec<SetPredictionHead, SetHeadCase>
{
    /// <inheritdoc/>
    protected internal override SetHeadCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Gen<SetHeadCase> Cases =>
        from b in Gen.Choose(1, 2)
        from s in Gen.Choose(1, 2)
        from layers in Gen.Elements(1, 1, 1, 2)
        from q in Gen.Choose(1, 2)
        from p in Gen.Choose(0, 2)
        from kind in Gen.Elements(ClassKind.Softmax, ClassKind.Focal)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SetHeadCase { B = b, S = s, Layers = layers, Q = q, P = p, Kind = kind, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // as other models of many layers

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override bool SmoothAt(SetHeadCase @case) => @case?.Decimals is null; // a round number may be at a kink

    /// <inheritdoc/>
    protected internal override SetPredictionHead Make(SetHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Sizes);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(SetPredictionHead module, SetHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var said = inputs.Count == 1 ? module.call(inputs[0]) : module.Decode(
            inputs[0], new(inputs[1], inputs[2], new(inputs[1], inputs[2], inputs[4]), inputs[3]));
        return [.. said.Layers.Concat(said.Denoised).SelectMany(o => new[] { o.Logits, o.Boxes })];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SetHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        return SetHeadByHand.Formula(
            @case.Sizes, inputs[0], inputs.ElementAtOrDefault(1), inputs.ElementAtOrDefault(2), inputs.ElementAtOrDefault(3), p, "");
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SetHeadCase>>> BadInputs =>
    [
        Made("no classes", "options.Classes", () => new SetPredictionHead(Usual.Sizes with { Classes = 0 }).Dispose()),
        Made("no queries", "options.Queries", () => new SetPredictionHead(Usual.Sizes with { Queries = 0 }).Dispose()),
        Made("a width of 6", "options", () => new SetPredictionHead(Usual.Sizes with { Width = 6 }).Dispose()),
        Made("heads that do not divide the width", "options.Heads", () => new SetPredictionHead(Usual.Sizes with { Heads = 3 }).Dispose()),
        Made("no layers", "options.Layers", () => new SetPredictionHead(Usual.Sizes with { Layers = 0 }).Dispose()),
        Made("no inner width", "options.InnerWidth", () => new SetPredictionHead(Usual.Sizes with { InnerWidth = 0 }).Dispose()),
        Made("null for options", "options", () => new SetPredictionHead(null!).Dispose()),
        Given("null for memory", "memory", () => [], (head, _) => head.call(null!)),
        Given("a memory of integers", "memory", () => [ones(2, 3, 4, dtype: ScalarType.Int64)], (head, x) => head.call(x[0])),
        Given("a memory of another width", "memory", () => [ones(2, 3, 5)], (head, x) => head.call(x[0])),
        Given("a memory without a place", "memory", () => [ones(2, 0, 4)], (head, x) => head.call(x[0])),
        Given("a memory of another dtype", "memory", () => [ones(2, 3, 4, dtype: ScalarType.Float64)], (head, x) => head.call(x[0])),
        Given("a memory on another device", "memory", () => [ones([2, 3, 4], device: META)], (head, x) => head.call(x[0])),
        Noised("noised queries of other pictures", (3, 1, 3), 0),
        Noised("a mask for other queries", (2, 1, 2), 0),
        Noised("a noised label of no class", (2, 1, 3), 5),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<SetHeadCase>, SetHeadCase>> ModelLaws =>
    [
        Own("noised queries change no answer", "Under the mask of denoising, learned queries say what they say without noised ones.", (_, c) =>
        {
            var (module, inputs) = Drawn(c);
            using var kept = module;
            using var generator = new Generator(1, CPU);
            var targets = new SetTargets(zeros([c.B, 2], ScalarType.Int64), rand([c.B, 2, 4], ScalarType.Float64), full([c.B], 1, ScalarType.Int64));
            var beside = module.Decode(inputs[0], Denoising.NoisedQueries(targets, c.K, c.Q, generator, 2));
            var alone = module.call(inputs[0]);
            return Comparison.Same("logits", beside.Last.Logits, alone.Last.Logits, Tolerance)
                .Then(() => Comparison.Same("boxes", beside.Last.Boxes, alone.Last.Boxes, Tolerance))
                .Then(() => Verdict.Require(beside.Denoised.Count == c.Layers && alone.Denoised.Count == 0, "Answers of noised queries are missing, or made up."));
        }) with { Cases = 20 },
        Own("a box at the rim is a box", "Noised boxes with coordinates of 0 and 1, whose logits are infinite, have answers that are numbers and can still be moved, and gradients that are numbers.", (_, c) =>
        {
            var (module, inputs) = Drawn(c with { P = 2 });
            using var kept = module;
            var rim = (arange(8, ScalarType.Float64).reshape(2, 4).remainder(2)).expand(c.B, -1, -1);
            var said = Run(module, c, [inputs[0], inputs[1], rim, .. inputs.Skip(3)]);
            said.Aggregate(zeros([], ScalarType.Float64), (sum, x) => sum + x.sum()).backward();
            return Verdict.Require(said.All(x => x.isfinite().all().ToBoolean()), "An answer is no number.")
                .Then(() => Verdict.Require((said[^1] > 0).logical_and(said[^1] < 1).all().ToBoolean(), "A box stays at the rim, whatever the head says."))
                .Then(() => Verdict.Require(module.parameters().All(p => p.grad is not { } g || g.isfinite().all().ToBoolean()), "A gradient is no number."));
        }) with { Cases = 10 },
        Own("new anchors stand in a grid", "Five queries of a new head look first at the middles of the first five of three by three cells, with sides of three tenths.", (_, _) =>
        {
            using var module = Make(Usual with { Q = 5 });
            var cells = Enumerable.Range(0, 5).SelectMany(i => new[] { (i % 3 + 0.5) / 3, (i / 3 + 0.5) / 3, 0.3, 0.3 }).ToArray();
            return Comparison.Same("anchors", module.get_parameter("anchors")!.sigmoid().to(ScalarType.Float64), tensor(cells).reshape(5, 4), new Tolerance(1e-6, 0));
        }) with { Cases = 1 },
        Own("places of the memory have no order", "A memory whose places stand in another order gives the same answers: where they are, positions must say.", (_, c) =>
        {
            var (module, inputs) = Drawn(c with { P = 0 });
            using var kept = module;
            return Comparison.Same("boxes", module.call(inputs[0].flip(1)).Last.Boxes, module.call(inputs[0]).Last.Boxes, Tolerance);
        }) with { Cases = 20 },
    ];

    private BadInput<ModuleOp<SetHeadCase>> Noised(string what, (int B, int P, int Size) sizes, long label) => Given(
        what, "noised", () => [ones(2, 3, 4), full([sizes.B, sizes.P], label, ScalarType.Int64), rand(sizes.B, sizes.P, 4),
            ones([sizes.B, sizes.Size, sizes.Size], ScalarType.Bool), ones([sizes.B], ScalarType.Int64)],
        (head, x) => head.Decode(x[0], new(x[1], x[2], new(x[1], x[2], x[4]), x[3])));
}
