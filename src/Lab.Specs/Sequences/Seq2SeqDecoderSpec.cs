using Lab.Core.Sequences;
using Lab.Specs.Harness;
using Lab.Specs.Heads;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Lab.Specs.Sequences;

/// <summary>The LSTM decoder with attention against its equations, one step after the other.</summary>
public sealed class Seq2SeqDecoderSpec : DecoderSpec<Seq2SeqDecoder>
{
    private static readonly AttentionLayerSpecs attentions = new();

    /// <inheritdoc/>
    protected override IReadOnlyList<StateEntry> State(DecoderCase c)
    {
        ArgumentNullException.ThrowIfNull(c);
        var context = c.Attention == AttentionKind.MultiHead ? c.H : c.M;
        return
        [
            new("embedding.weight", c.V, c.E),
            .. from layer in Enumerable.Range(0, c.Layers)
               from entry in new StateEntry[]
               {
                   new($"rnn.weight_ih_l{layer}", 4 * c.H, layer > 0 ? c.H : c.E + (c.InputFeeding ? c.H : 0)),
                   new($"rnn.weight_hh_l{layer}", 4 * c.H, c.H), new($"rnn.bias_ih_l{layer}", 4 * c.H), new($"rnn.bias_hh_l{layer}", 4 * c.H),
               }
               select entry,
            .. attentions.State(c).Select(entry => new StateEntry($"attention.{entry.Name}", entry.Shape)),
            new("combine.weight", c.H, context + c.H), new("combine.bias", c.H),
            .. c.Start == StartState.Zero ? [] : new StateEntry[] { new("bridge.weight", 2 * c.Layers * c.H, c.M), new("bridge.bias", 2 * c.Layers * c.H) },
            .. !c.Tied ? [new("output.weight", c.V, c.H), new("output.bias", c.V)]
                : c.E == c.H ? [new("outputBias", c.V)]
                : new StateEntry[] { new("outputBias", c.V), new("project.weight", c.E, c.H) },
        ];
    }

    /// <inheritdoc/>
    protected internal override Seq2SeqDecoder Make(DecoderCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return new(Options(@case));
    }

    /// <inheritdoc/>
    protected internal override Tensor[] Reference(DecoderCase @case, IReadOnlyList<Tensor> inputs, IReadOnlyDictionary<string, Tensor> p)
    {
        ArgumentNullException.ThrowIfNull(@case);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(p);
        var (memory, mask) = (inputs[0], inputs[1]);
        var feed = zeros([memory.size(0), @case.H], memory.dtype);
        var states = StartStates(@case, memory, mask, p);
        var (logits, weights) = (new List<Tensor>(), new List<Tensor>());
        foreach (var column in inputs[2].unbind(1))
        {
            var x = p["embedding.weight"].index_select(0, column);
            if (@case.InputFeeding)
                x = cat([x, feed], -1);
            for (var layer = 0; layer < @case.Layers; layer++)
            {
                states[layer] = LstmByHand.Step(x, states[layer].H, states[layer].C, p, $"l{layer}");
                x = states[layer].H;
            }
            var look = attentions.Look(@case, x, memory, mask, p);
            feed = F.linear(cat([look.Context, x], -1), p["combine.weight"], p["combine.bias"]).tanh();
            logits.Add(@case.Tied
                ? F.linear(p.TryGetValue("project.weight", out var project) ? F.linear(feed, project) : feed, p["embedding.weight"], p["outputBias"])
                : F.linear(feed, p["output.weight"], p["output.bias"]));
            weights.Add(look.Weights);
        }
        return [stack(logits, 1), stack(weights, 1)];
    }

    /// <inheritdoc/>
    public override IEnumerable<BadInput<ModuleOp<DecoderCase>>> BadInputs =>
    [
        .. base.BadInputs,
        Option("no vocabulary", "vocabularySize", o => o with { VocabularySize = 0 }),
        Option("no width of the memory", "memoryWidth", o => o with { MemoryWidth = 0 }),
        Option("no width of embeddings", "options.EmbeddingWidth", o => o with { EmbeddingWidth = 0 }),
        Option("no hidden width", "options.HiddenWidth", o => o with { HiddenWidth = 0 }),
        Option("no layers", "options.Layers", o => o with { Layers = 0 }),
        Option("dropout of everything", "options.Dropout", o => o with { Dropout = 1 }),
        Option("an attention that there is not", "options", o => o with { Attention = (AttentionKind)7 }),
        Option("heads that do not divide", "heads", o => o with { Attention = AttentionKind.MultiHead, Heads = 3 }),
        Made("no options", "options", () => new Seq2SeqDecoder(null!).Dispose()),
        Given("a teacher more than always", "teacherRate", () => Usual.Inputs().Select(a => a.Value).ToArray(), (decoder, x) =>
            decoder.ScheduledSampling(new(x[0].@float(), x[1]), x[2], 1.5, 0)),
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
        Own("with a teacher always, scheduled sampling is teacher forcing", "With rate 1 it gives the logits and the attention of a plain call.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var sampled = decoder.ScheduledSampling(new(x[0], x[1]), x[2], 1, c.Seed);
            var forced = Run(decoder, c, x);
            return Comparison.Same("logits", sampled.Logits, forced[0], Tolerance)
                .Then(() => Comparison.Same("attention", sampled.Attention, forced[1], Tolerance));
        }),
        Own("without a teacher the decoder reads what it says", "With rate 0 every token after the first is the best of the logits before, whatever the target.", (_, c) =>
        {
            var (decoder, x) = Drawn(c);
            using var kept = decoder;
            var free = decoder.ScheduledSampling(new(x[0], x[1]), x[2], 0, c.Seed);
            var said = cat([x[2].narrow(1, 0, 1), free.Logits.argmax(-1).narrow(1, 0, c.T - 1)], 1);
            return Comparison.Same("logits", free.Logits, Run(decoder, c, [x[0], x[1], said])[0], Tolerance);
        }),
        Own("in between, a seed says where the teacher is heard", "The same seed gives the same logits; what is read at any place is the target's token or the decoder's own.", (_, c) =>
        {
            var (decoder, x) = Drawn(c with { T = 4 });
            using var kept = decoder;
            var first = decoder.ScheduledSampling(new(x[0], x[1]), x[2], 0.5, c.Seed);
            var again = decoder.ScheduledSampling(new(x[0], x[1]), x[2], 0.5, c.Seed);
            return Comparison.Same("logits", again.Logits, first.Logits, new Tolerance(0, 0)).Then(() => Explained(decoder, x, first.Logits));
        }) with { Cases = 30 },
        Own("dropout acts in training only", "In training two calls differ; in evaluation they are the same, and those of a decoder without dropout.", (_, c) =>
        {
            var (plain, x) = Drawn(c with { E = 8, H = 8, M = 3, Heads = 2, Scale = 1, V = 5 });
            using var kept = plain;
            using var dropping = new Seq2SeqDecoder(Options(c with { E = 8, H = 8, M = 3, Heads = 2, V = 5 }) with { Dropout = 0.5 });
            dropping.to(ScalarType.Float64);
            dropping.load_state_dict(plain.state_dict());
            var source = new EncoderOutput(x[0], x[1]);
            dropping.train();
            var (a, b) = (dropping.call(source, x[2]).Logits, dropping.call(source, x[2]).Logits);
            dropping.eval();
            return Verdict.Require((a - b).abs().max().ToDouble() > 0, "Two calls in training gave the same.")
                .Then(() => Comparison.Same("logits in evaluation", dropping.call(source, x[2]).Logits, plain.call(source, x[2]).Logits, Tolerance));
        }) with { Cases = 20 },
    ];

    /// <summary>Every row's logits are those of a teacher-forced call on some mixture of target and own tokens.</summary>
    private static Verdict Explained(Seq2SeqDecoder decoder, Tensor[] x, Tensor logits)
    {
        var own = logits.argmax(-1);
        var explained = zeros(x[2].size(0), dtype: ScalarType.Bool);
        for (var choice = 0; choice < 8; choice++)
        {
            var columns = x[2].unbind(1).Select((column, t) => t > 0 && (choice >> (t - 1) & 1) == 1 ? own.select(1, t - 1) : column);
            var forced = decoder.call(new(x[0], x[1]), stack([.. columns], 1)).Logits;
            explained = explained.logical_or((forced - logits).abs().amax([1, 2]).lt(1e-9));
        }
        return Verdict.Require(explained.all().ToBoolean(), "A row's logits fit no mixture of the target's tokens and its own.");
    }

    private static List<(Tensor H, Tensor C)> StartStates(DecoderCase c, Tensor memory, Tensor mask, IReadOnlyDictionary<string, Tensor> p)
    {
        var zero = zeros([memory.size(0), c.H], memory.dtype);
        if (c.Start == StartState.Zero)
            return [.. Enumerable.Repeat((zero, zero), c.Layers)];
        var weights = mask.to(memory.dtype) / mask.sum(1, keepdim: true).clamp(min: 1);
        var start = F.linear((memory * weights.unsqueeze(-1)).sum([1]), p["bridge.weight"], p["bridge.bias"]).chunk(2 * c.Layers, -1);
        return [.. Enumerable.Range(0, c.Layers).Select(layer => (start[layer].tanh(), start[c.Layers + layer]))];
    }

    private static Seq2SeqDecoderOptions Options(DecoderCase c) => new()
    {
        VocabularySize = c.V,
        MemoryWidth = c.M,
        EmbeddingWidth = c.E,
        HiddenWidth = c.H,
        Layers = c.Layers,
        Attention = c.Attention,
        Heads = c.Heads,
        InputFeeding = c.InputFeeding,
        Start = c.Start,
        TieWeights = c.Tied,
    };

    private BadInput<ModuleOp<DecoderCase>> Option(string description, string parameter, Func<Seq2SeqDecoderOptions, Seq2SeqDecoderOptions> spoil) =>
        Made(description, parameter, () => new Seq2SeqDecoder(spoil(Options(Usual))).Dispose());
}
