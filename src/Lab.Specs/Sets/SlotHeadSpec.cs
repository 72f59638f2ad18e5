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

/// <summary>The tokens of sentences, and the sizes of a head with slots.</summary>
public sealed record SlotHeadCase : ModuleCase
{
    /// <summary>Sentences B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Tokens T.</summary>
    public int T { get; init; } = 3;

    /// <summary>Width D.</summary>
    public int D { get; init; } = 4;

    /// <summary>Heads.</summary>
    public int Heads { get; init; } = 2;

    /// <summary>Decoder layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Slots Q.</summary>
    public int Q { get; init; } = 2;

    /// <summary>Types K.</summary>
    public int K { get; init; } = 2;

    /// <summary>Whether some tokens are padding.</summary>
    public bool Masked { get; init; }

    /// <summary>The head's options.</summary>
    internal SlotOptions Sizes => new() { Types = K, Slots = Q, Width = D, Heads = Heads, Layers = Layers, InnerWidth = 3 };

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        new("slots", Q, D),
        .. Enumerable.Range(0, Layers).SelectMany(layer => (StateEntry[])
        [
            .. TransformerByHand.Pair($"layers.{layer}.attentionNorm", D), .. TransformerByHand.Attention($"layers.{layer}.attention", D, D),
            .. TransformerByHand.Pair($"layers.{layer}.sourceNorm", D), .. TransformerByHand.Attention($"layers.{layer}.source", D, D),
            .. TransformerByHand.Pair($"layers.{layer}.feedNorm", D), .. TransformerByHand.Pair($"layers.{layer}.feed.expand", 3, D),
            .. TransformerByHand.Pair($"layers.{layer}.feed.contract", D, 3),
        ]),
        .. TransformerByHand.Pair("norm", D), .. TransformerByHand.Pair("classify", K + 1, D), .. Pointer("start"), .. Pointer("end"),
    ];

    private StateEntry[] Pointer(string name) =>
        [new($"{name}.query.weight", D, D), .. TransformerByHand.Pair($"{name}.memory", D, D), new($"{name}.scoring", D)];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => new int[3 * Layers];

    /// <inheritdoc/>
    protected override string ExtremeParameter => "slots";

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("memory", Numbers().Reals(B, T, D)) { Differentiable = true, BatchDim = 0 },
        .. Masked ? new Argument[] { new("mask", Numbers(1).Mask(0.6, B, T)) { BatchDim = 0 } } : [],
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (T > 1)
            yield return this with { T = T - 1 };
        if (Layers > 1)
            yield return this with { Layers = Layers - 1 };
        if (Q > 1)
            yield return this with { Q = Q - 1 };
        if (Masked)
            yield return this with { Masked = false };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>The head with slots against its equations.</summary>
public sealed class SlotHeadSpec : ModuleSpec<SlotHead, SlotHeadCase>
{
    /// <inheritdoc/>
    protected internal override SlotHeadCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Gen<SlotHeadCase> Cases =>
        from b in Gen.Choose(1, 2)
        from t in Gen.Choose(1, 3)
        from layers in Gen.Elements(1, 1, 1, 2)
        from q in Gen.Choose(1, 2)
        from masked in Gen.Elements(false, true)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SlotHeadCase { B = b, T = t, Layers = layers, Q = q, Masked = masked, Seed = seed };

    /// <inheritdoc/>
    public override int MostCases => 30;

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // as other models of many layers

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override bool SmoothAt(SlotHeadCase @case) => @case is { Masked: false, Decimals: null };    // -∞ has no slope

    /// <inheritdoc/>
    public override bool HasPadding => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Argument>? DisturbPadding(SlotHeadCase @case, IReadOnlyList<Argument> arguments)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(arguments);
        return @case.Masked
            ? [arguments[0].With(arguments[0].Value.masked_fill(arguments[1].Value.logical_not().unsqueeze(2), double.NaN)), .. arguments.Skip(1)]
            : null;
    }

    /// <inheritdoc/>
    protected internal override SlotHead Make(SlotHeadCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(@case.Sizes);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(SlotHead module, SlotHeadCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        return [.. module.call(inputs[0], inputs.ElementAtOrDefault(1)).Layers.SelectMany(o => new[] { o.Types, o.Starts, o.Ends })];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(SlotHeadCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var (B, T, outputs) = (inputs[0].size(0), inputs[0].size(1), new List<Tensor>());
        var mask = inputs.ElementAtOrDefault(1) ?? ones(B, T, dtype: ScalarType.Bool);
        var memory = where(mask.unsqueeze(2), inputs[0], zeros_like(inputs[0]));
        var (seen, eachOther) = (mask.unsqueeze(1).expand(B, @case.Q, T), ones(B, @case.Q, @case.Q, dtype: ScalarType.Bool));
        var x = p["slots"].expand(B, -1, -1);
        for (var layer = 0; layer < @case.Layers; layer++)
        {
            var normed = TransformerByHand.Norm(x, $"layers.{layer}.attentionNorm", p);
            x = x + TransformerByHand.Attend(normed, normed, eachOther, @case.Heads, $"layers.{layer}.attention", p).Context;
            x = x + TransformerByHand.Attend(
                TransformerByHand.Norm(x, $"layers.{layer}.sourceNorm", p), memory, seen, @case.Heads, $"layers.{layer}.source", p).Context;
            x = x + TransformerByHand.Feed(TransformerByHand.Norm(x, $"layers.{layer}.feedNorm", p), $"layers.{layer}.feed", p);
            var said = TransformerByHand.Norm(x, "norm", p);
            outputs.AddRange([F.linear(said, p["classify.weight"], p["classify.bias"]), Pointed("start"), Pointed("end")]);

            Tensor Pointed(string name) => stack([.. Enumerable.Range(0, (int)T).Select(t =>
            {
                var hidden = F.linear(said, p[$"{name}.query.weight"]) + F.linear(memory.narrow(1, t, 1), p[$"{name}.memory.weight"], p[$"{name}.memory.bias"]);
                return hidden.tanh().matmul(p[$"{name}.scoring"]);
            })], 2).masked_fill(seen.logical_not(), double.NegativeInfinity);
        }
        return [.. outputs];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<SlotHeadCase>>> BadInputs =>
    [
        Made("no types", "options.Types", () => new SlotHead(Usual.Sizes with { Types = 0 }).Dispose()),
        Made("no slots", "options.Slots", () => new SlotHead(Usual.Sizes with { Slots = 0 }).Dispose()),
        Made("no width", "options.Width", () => new SlotHead(Usual.Sizes with { Width = 0 }).Dispose()),
        Made("heads that do not divide the width", "options.Heads", () => new SlotHead(Usual.Sizes with { Heads = 3 }).Dispose()),
        Made("no layers", "options.Layers", () => new SlotHead(Usual.Sizes with { Layers = 0 }).Dispose()),
        Made("no inner width", "options.InnerWidth", () => new SlotHead(Usual.Sizes with { InnerWidth = 0 }).Dispose()),
        Made("null for options", "options", () => new SlotHead(null!).Dispose()),
        Given("null for memory", "memory", () => [], (head, _) => head.call(null!, null)),
        Given("a memory of integers", "memory", () => [ones(2, 3, 4, dtype: ScalarType.Int64)], (head, x) => head.call(x[0], null)),
        Given("a memory of another width", "memory", () => [ones(2, 3, 5)], (head, x) => head.call(x[0], null)),
        Given("a memory without a token", "memory", () => [ones(2, 0, 4)], (head, x) => head.call(x[0], null)),
        Given("one sentence without its dimension", "memory", () => [ones(3, 4)], (head, x) => head.call(x[0], null)),
        Given("a memory of another dtype", "memory", () => [ones(2, 3, 4, dtype: ScalarType.Float64)], (head, x) => head.call(x[0], null)),
        Given("a memory on another device", "memory", () => [ones([2, 3, 4], device: META)], (head, x) => head.call(x[0], null)),
        Given("a float mask", "mask", () => [ones(2, 3, 4), ones(2, 3)], (head, x) => head.call(x[0], x[1])),
        Given("a mask of other tokens", "mask", () => [ones(2, 3, 4), ones([2, 4], ScalarType.Bool)], (head, x) => head.call(x[0], x[1])),
        Given("a mask on another device", "mask", () => [ones(2, 3, 4), ones([2, 3], ScalarType.Bool, META)], (head, x) => head.call(x[0], x[1])),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<SlotHeadCase>, SlotHeadCase>> ModelLaws =>
    [
        Own("pointers move with the tokens", "Tokens in another order are pointed at in that order, and types stay: where tokens are, positions must say.", (_, c) =>
        {
            var (module, inputs) = Drawn(c with { Masked = false });
            using var kept = module;
            var (turned, straight) = (module.call(inputs[0].flip(1), null).Last, module.call(inputs[0], null).Last);
            return Comparison.Same("types", turned.Types, straight.Types, Tolerance)
                .Then(() => Comparison.Same("starts", turned.Starts.flip(2), straight.Starts, Tolerance))
                .Then(() => Comparison.Same("ends", turned.Ends.flip(2), straight.Ends, Tolerance));
        }) with { Cases = 20 },
        Own("padding may be left out", "A sentence with padding behind it says what it says without.", (_, c) =>
        {
            var (module, inputs) = Drawn(c with { Masked = false });
            using var kept = module;
            var longer = cat([inputs[0], randn([c.B, 2, c.D], ScalarType.Float64)], 1);
            var (padded, alone) = (module.call(longer, (arange(c.T + 2) < c.T).expand(c.B, -1)).Last, module.call(inputs[0], null).Last);
            return Comparison.Same("types", padded.Types, alone.Types, Tolerance)
                .Then(() => Comparison.Same("starts", padded.Starts[.., .., ..c.T], alone.Starts, Tolerance))
                .Then(() => Verdict.Require(padded.Ends[.., .., c.T..].isneginf().all().ToBoolean(), "Padding can be an end."));
        }) with { Cases = 20 },
        Own("new slots differ", "No two slots of a new head say the same: alike they would learn alike.", (_, _) =>
        {
            using var module = Make(Usual with { Q = 4 });
            using var memory = randn([1, 3, Usual.D]);
            var types = module.call(memory, null).Last.Types[0];
            return Verdict.Require(Enumerable.Range(0, 4).All(i => Enumerable.Range(0, i).All(j => !types[i].allclose(types[j]))), "Two slots say the same.");
        }) with { Cases = 5 },
    ];
}
