using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>
/// The Transformer decoder against its equations, one place at a time, everything before it computed anew: no mask, no cache.
/// </summary>
public sealed class TransformerDecoderSpec : DecoderSpec<TransformerDecoder>
{
    /// <inheritdoc/>
    public override Gen<DecoderCase> Cases => DecoderCase.Any(Usual).Select(c => c with
    {
        E = 2 * c.E,
        Attention = AttentionKind.MultiHead,
        InputFeeding = false,
        Start = StartState.Zero,
    });

    /// <inheritdoc/>
    protected override IReadOnlyList<StateEntry> State(DecoderCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        return
        [
            new("embedding.weight", c.V, c.E),
            .. Enumerable.Range(0, c.Layers).Select(layer => $"layers.{layer}").SelectMany(layer => (StateEntry[])
            [
                .. TransformerByHand.Pair($"{layer}.attentionNorm", c.E), .. TransformerByHand.Attention($"{layer}.attention", c.E, c.E),
                .. TransformerByHand.Pair($"{layer}.sourceNorm", c.E), .. TransformerByHand.Attention($"{layer}.source", c.E, c.M),
                .. TransformerByHand.Pair($"{layer}.feedNorm", c.E), .. TransformerByHand.Pair($"{layer}.feed.expand", c.H, c.E),
                .. TransformerByHand.Pair($"{layer}.feed.contract", c.E, c.H),
            ]),
            .. TransformerByHand.Pair("norm", c.E),
            .. c.Tied ? [new StateEntry("outputBias", c.V)] : TransformerByHand.Pair("output", c.V, c.E),
        ];
    }

    /// <inheritdoc/>
    protected internal override TransformerDecoder Make(DecoderCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(Options(@case));
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DecoderCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        var places = Enumerable.Range(1, (int)inputs[2].size(1))
            .Select(length => Last(@case, inputs[0], inputs[1].unsqueeze(1), inputs[2].narrow(1, 0, length), p)).ToArray();
        return [stack([.. places.Select(place => place.Logits)], 1), stack([.. places.Select(place => place.Weights)], 1)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DecoderCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Option("no vocabulary", "vocabularySize", o => o with { VocabularySize = 0 }),
        Option("no width of the memory", "memoryWidth", o => o with { MemoryWidth = 0 }),
        Option("no width", "options.Width", o => o with { Width = 0 }),
        Option("no layers", "options.Layers", o => o with { Layers = 0 }),
        Option("no inner width", "options.InnerWidth", o => o with { InnerWidth = 0 }),
        Option("dropout of everything", "options.Dropout", o => o with { Dropout = 1 }),
        Option("heads that do not divide the width", "heads", o => o with { Heads = 3 }),
        Made("no options", "options", () => new TransformerDecoder(null!).Dispose()),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<Law<ModuleOp<DecoderCase>, DecoderCase>> ModelLaws =>
    [
        .. base.ModelLaws,
        Own("a tied weight is one parameter, and a step moves it once", "SGD moves the embeddings by the learning rate times their gradient, which is that of both uses.", (_, c) =>
        {
            var (decoder, x) = Drawn(c with { Tied = true });
            using var kept = decoder;
            var weight = decoder.named_parameters().Single(p => p.name == "embedding.weight").parameter;
            var before = weight.detach().clone();
            using var optimiser = optim.SGD(decoder.parameters(), 0.5);
            decoder.call(new(x[0], x[1]), x[2]).Logits.square().sum().backward();
            optimiser.step();
            return Comparison.Same("embeddings after the step", weight, before - 0.5 * weight.grad!, Tolerance);
        }),
        Own("the same token means something else elsewhere", "One token again and again has other logits at every place: positions are counted, with a cache too.", (_, c) =>
        {
            if (c.T < 2 || c.V < 2)
                return Verdict.DoesNotApply;
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var logits = Run(decoder, c, [x[0], x[1], zeros_like(x[2])])[0];
            return Verdict.Require((logits.select(1, 0) - logits.select(1, 1)).abs().max().ToDouble() > 1e-9, "Two places have the same logits.");
        }),
    ];

    /// <summary>Logits and attention of the last place of a target.</summary>
    private static (Tensor Logits, Tensor Weights) Last(
        DecoderCase c, Tensor memory, Tensor mask, Tensor tokens, IReadOnlyDictionary<string, Tensor> p)
    {
        var x = TransformerByHand.Embed(tokens, p);
        var length = tokens.size(1);
        var (batch, weights) = (tokens.size(0), memory);
        for (var layer = 0; layer < c.Layers; layer++)
        {
            var name = $"layers.{layer}";
            var normed = TransformerByHand.Norm(x, $"{name}.attentionNorm", p);
            x = x + cat([.. Enumerable.Range(0, (int)length).Select(t => TransformerByHand.Attend(
                normed.narrow(1, t, 1), normed.narrow(1, 0, t + 1), ones(batch, 1, t + 1, dtype: ScalarType.Bool),
                c.Heads, $"{name}.attention", p).Context)], 1);
            (var found, weights) = TransformerByHand.Attend(
                TransformerByHand.Norm(x, $"{name}.sourceNorm", p), memory, mask.expand(batch, length, memory.size(1)), c.Heads, $"{name}.source", p);
            x = x + found;
            x = x + TransformerByHand.Feed(TransformerByHand.Norm(x, $"{name}.feedNorm", p), $"{name}.feed", p);
        }
        var last = TransformerByHand.Norm(x, "norm", p).select(1, length - 1);
        var logits = c.Tied ? F.linear(last, p["embedding.weight"], p["outputBias"]) : F.linear(last, p["output.weight"], p["output.bias"]);
        return (logits, weights.select(1, length - 1));
    }

    private static TransformerDecoderOptions Options(DecoderCase c) => new()
    {
        VocabularySize = c.V,
        MemoryWidth = c.M,
        Width = c.E,
        Heads = c.Heads,
        Layers = c.Layers,
        InnerWidth = c.H,
        TieWeights = c.Tied,
    };

    private BadInput<ModuleOp<DecoderCase>> Option(
        string description, string parameter, Func<TransformerDecoderOptions, TransformerDecoderOptions> spoil) =>
        Made(description, parameter, () => new TransformerDecoder(spoil(Options(Usual))).Dispose());
}
