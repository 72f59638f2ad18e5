using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Models;
using Lab.Core.Sets;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using Lab.Specs.Sequences;
using Lab.Specs.Sets;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Models;

/// <summary>Small pictures, and a narrow DETR.</summary>
public sealed record DetrCase : ModuleCase
{
    /// <summary>Pictures B.</summary>
    public int B { get; init; } = 2;

    /// <summary>Rows H.</summary>
    public int H { get; init; } = 9;

    /// <summary>Columns W.</summary>
    public int W { get; init; } = 17;

    /// <summary>Encoder layers.</summary>
    public int Encoder { get; init; } = 1;

    /// <summary>Noised queries P; 0 for none.</summary>
    public int P { get; init; } = 1;

    internal static readonly SetPredictionOptions Sizes = new() { Classes = 2, Queries = 2, Width = 8, Heads = 2, Layers = 1, InnerWidth = 3 };

    /// <inheritdoc/>
    public override IReadOnlyList<StateEntry> Parameters =>
    [
        .. new[] { (0, 2, 1), (3, 4, 2), (6, 4, 4), (9, 8, 4), (12, 8, 8) }.SelectMany(stage => (StateEntry[])
        [
            new($"backbone.{stage.Item1}.weight", stage.Item2, stage.Item3, 3, 3), new($"backbone.{stage.Item1}.bias", stage.Item2),
            .. TransformerByHand.Pair($"backbone.{stage.Item1 + 1}", stage.Item2),
        ]),
        .. Enumerable.Range(0, Encoder).SelectMany(layer => (StateEntry[])
        [
            .. TransformerByHand.Pair($"encoder.{layer}.attentionNorm", 8), .. TransformerByHand.Attention($"encoder.{layer}.attention", 8, 8),
            .. TransformerByHand.Pair($"encoder.{layer}.feedNorm", 8), .. TransformerByHand.Pair($"encoder.{layer}.feed.expand", 3, 8),
            .. TransformerByHand.Pair($"encoder.{layer}.feed.contract", 8, 3),
        ]),
        .. TransformerByHand.Pair("norm", 8),
        .. SetHeadByHand.State(Sizes, "head."),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<int> OutputBatchDims => new int[P > 0 ? 4 : 2];

    /// <inheritdoc/>
    protected override string ExtremeParameter => "head.content";

    /// <inheritdoc/>
    public override IReadOnlyList<Argument> Inputs() =>
    [
        new("images", Numbers().Reals(B, 1, H, W)) { Differentiable = true, BatchDim = 0 },
        .. P == 0 ? Array.Empty<Argument>() :
        [
            new("labels", Numbers(1).Indices(2, B, P)) { BatchDim = 0 },
            new("boxes", Numbers(2).Between(0.05, 0.95, B, P, 4)) { BatchDim = 0 },
            new("mask", ones([B, P + 2, P + 2], ScalarType.Bool)) { BatchDim = 0 },
            new("counts", Numbers(4).Indices(P + 1, B)) { BatchDim = 0 },
        ],
    ];

    /// <inheritdoc/>
    public override IEnumerable<Case> Shrink()
    {
        if (B > 1)
            yield return this with { B = B - 1 };
        if (H > 8)
            yield return this with { H = H - 1 };
        if (W > 8)
            yield return this with { W = W - 1 };
        if (P > 0)
            yield return this with { P = 0 };
        if (Encoder > 0)
            yield return this with { Encoder = Encoder - 1 };
        foreach (var simpler in base.Shrink())
            yield return simpler;
    }
}

/// <summary>DETR against its definition, block by block.</summary>
public sealed class DetrModelSpec : ModuleSpec<DetrModel, DetrCase>
{
    /// <inheritdoc/>
    protected internal override DetrCase Usual => new() { Seed = 1 };

    /// <inheritdoc/>
    public override Gen<DetrCase> Cases =>
        from b in Gen.Choose(1, 2)
        from h in Gen.Choose(8, 9)
        from w in Gen.Elements(8, 8, 9, 10)
        from encoder in Gen.Choose(0, 1)
        from p in Gen.Choose(0, 1)
        from seed in Gen.Choose(0, int.MaxValue)
        select new DetrCase { B = b, H = h, W = w, Encoder = encoder, P = p, Seed = seed };

    /// <inheritdoc/>
    public override bool TakesHalfPrecision => false; // as other models of many layers

    /// <inheritdoc/>
    public override Tolerance Tolerance => new(1e-8, 1e-8);

    /// <inheritdoc/>
    public override Tolerance SingleTolerance(double magnitude) => Tolerance.InSingle(1000 * magnitude);

    /// <inheritdoc/>
    public override bool SmoothAt(DetrCase @case) => @case?.Decimals is null; // a round number may be at a kink

    /// <inheritdoc/>
    protected internal override DetrModel Make(DetrCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(DetrCase.Sizes, @case.Encoder, channels: 1);
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Run(DetrModel module, DetrCase @case, IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(inputs);
        var said = inputs.Count == 1 ? module.call(inputs[0]) : module.Predict(
            inputs[0], new(inputs[1], inputs[2], new(inputs[1], inputs[2], inputs[4]), inputs[3]));
        return [.. said.Layers.Concat(said.Denoised).SelectMany(o => new[] { o.Logits, o.Boxes })];
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DetrCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var map = inputs[0];
        foreach (var (at, stride) in new[] { (0, 2), (3, 2), (6, 1), (9, 2), (12, 1) })
        {
            map = F.conv2d(map, p[$"backbone.{at}.weight"], p[$"backbone.{at}.bias"], strides: [stride, stride], padding: [1, 1]);
            map = Normed(map, 2, p[$"backbone.{at + 1}.weight"], p[$"backbone.{at + 1}.bias"]).relu();
        }
        var (height, width) = (map.size(2), map.size(3));
        var cells = tensor(
            (from y in Enumerable.Range(0, (int)height)
             from x in Enumerable.Range(0, (int)width)
             from c in new[] { (x + 0.5) / width, (y + 0.5) / height }
             select c).ToArray(), map.dtype).reshape(-1, 2);
        var memory = map.reshape(map.size(0), 8, -1).transpose(1, 2) + SetHeadByHand.Waves(cells, 2);
        var all = ones(map.size(0), memory.size(1), memory.size(1), dtype: ScalarType.Bool);
        for (var layer = 0; layer < @case.Encoder; layer++)
        {
            var normed = TransformerByHand.Norm(memory, $"encoder.{layer}.attentionNorm", p);
            memory = memory + TransformerByHand.Attend(normed, normed, all, 2, $"encoder.{layer}.attention", p).Context;
            memory = memory + TransformerByHand.Feed(TransformerByHand.Norm(memory, $"encoder.{layer}.feedNorm", p), $"encoder.{layer}.feed", p);
        }
        return SetHeadByHand.Formula(
            DetrCase.Sizes, TransformerByHand.Norm(memory, "norm", p), inputs.ElementAtOrDefault(1), inputs.ElementAtOrDefault(2),
            inputs.ElementAtOrDefault(3), p, "head.");

        static Tensor Normed(Tensor x, int groups, Tensor weight, Tensor bias)
        {
            var (B, C, H, W) = (x.size(0), x.size(1), x.size(2), x.size(3));
            var flat = x.reshape(B, groups, -1);
            var centred = flat - flat.mean([2], keepdim: true);
            var normed = (centred / (centred.square().mean([2], keepdim: true) + 1e-5).sqrt()).reshape(B, C, H, W);
            return normed * weight.reshape(1, C, 1, 1) + bias.reshape(1, C, 1, 1);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DetrCase>>> BadInputs =>
    [
        Made("null for options", "options", () => new DetrModel(null!).Dispose()),
        Made("a width of 4", "options", () => new DetrModel(DetrCase.Sizes with { Width = 4 }).Dispose()),
        Made("encoder layers below 0", "encoderLayers", () => new DetrModel(DetrCase.Sizes, -1).Dispose()),
        Made("no channels", "channels", () => new DetrModel(DetrCase.Sizes, 1, 0).Dispose()),
        Given("null for images", "images", () => [], (model, _) => model.call(null!)),
        Given("integer images", "images", () => [ones(2, 1, 8, 8, dtype: ScalarType.Int64)], (model, x) => model.call(x[0])),
        Given("images of other channels", "images", () => [ones(2, 3, 8, 8)], (model, x) => model.call(x[0])),
        Given("images that are too low", "images", () => [ones(2, 1, 7, 8)], (model, x) => model.call(x[0])),
        Given("images of another dtype", "images", () => [ones(2, 1, 8, 8, dtype: ScalarType.Float64)], (model, x) => model.call(x[0])),
        Given("images on another device", "images", () => [ones([2, 1, 8, 8], device: META)], (model, x) => model.call(x[0])),
        Given("null for memory", "memory", () => [], (model, _) => model.Decode(null!, null)),
        Given("a memory of another width", "memory", () => [ones(2, 1, 4)], (model, x) => model.Decode(x[0], null)),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DetrCase>, DetrCase>> ModelLaws =>
    [
        Own("new norms change nothing", "The norms of a new backbone multiply by 1 and add 0, and not what lay in memory.", (_, _) =>
        {
            using var module = Make(Usual);
            return Enumerable.Range(0, 5).Select(i => 3 * i + 1).Aggregate(Verdict.Holds, (verdict, at) => verdict
                .Then(() => Comparison.Same("weight", module.get_parameter($"backbone.{at}.weight")!, ones_like(module.get_parameter($"backbone.{at}.weight")!), new Tolerance(0, 0)))
                .Then(() => Comparison.Same("bias", module.get_parameter($"backbone.{at}.bias")!, zeros_like(module.get_parameter($"backbone.{at}.bias")!), new Tolerance(0, 0))));
        }) with { Cases = 3 },
        Own("in two steps as in one", "What is remembered, then decoded, is what is predicted.", (_, c) =>
        {
            var (module, inputs) = Drawn(c with { P = 0 });
            using var kept = module;
            var (steps, once) = (module.Decode(module.Remember(inputs[0]), null).Last, module.Predict(inputs[0], null).Last);
            return Comparison.Same("logits", steps.Logits, once.Logits, Tolerance).Then(() => Comparison.Same("boxes", steps.Boxes, once.Boxes, Tolerance));
        }) with { Cases = 5 },
    ];
}
