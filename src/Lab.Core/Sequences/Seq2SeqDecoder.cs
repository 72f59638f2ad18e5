using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>An LSTM that puts out a target token by token, and looks at the source at every step.</summary>
/// <remarks>
/// <para>Formula: <c>h[t] = LSTM([embed(y[t]); a[t-1]], h[t-1])</c>, <c>c[t]</c> = attention of h[t] over the memory,
/// <c>a[t] = tanh(W·[c[t]; h[t]])</c>, <c>logits[t] = U·a[t] + b</c>. Feeding a[t-1] back tells the LSTM where it looked; without
/// it, all places of a target are computed at once.</para>
/// <para>Start: <c>[h; c] = B·(mean of the memory) + b</c> for all layers, h through a tanh; or zeros.</para>
/// <para>Tied weights: <c>logits = E·P·a + b</c> with the embeddings E as output weights and P a projection where their width
/// is not H. E is one parameter: in PyTorch, and more so in TorchSharp, assigning one layer's weight to another's lists
/// it twice, and an optimiser steps it twice.</para>
/// <para>State: <c>embedding.weight</c>, the library's names for an LSTM (<c>rnn.weight_ih_l0</c>, ...), <c>attention.</c> and the
/// names of that layer, <c>combine.weight</c>, <c>combine.bias</c>; <c>bridge.weight</c> <c>[2·layers·H, M]</c>, <c>bridge.bias</c>;
/// <c>output.weight</c> <c>[V, H]</c> and <c>output.bias</c>, or, tied, <c>outputBias</c> <c>[V]</c> and where E is not H
/// <c>project.weight</c> <c>[E, H]</c>. Source: Luong, Pham and Manning 2015, section 3; Press and Wolf 2017 for tying.</para>
/// </remarks>
public sealed class Seq2SeqDecoder : SequenceDecoder
{
    private readonly Embedding embedding;
    private readonly Dropout drop;
    private readonly LSTM rnn;
    private readonly AttentionLayer attention;
    private readonly Linear combine;
    private readonly Linear? bridge;
    private readonly Linear? output;
    private readonly Linear? project;
    private readonly Parameter? outputBias;
    private readonly Seq2SeqDecoderOptions options;

    /// <summary>Makes a decoder with the library's starting weights; tied embeddings start small, as output weights do.</summary>
    /// <param name="options">Its sizes and choices.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public Seq2SeqDecoder(Seq2SeqDecoderOptions options)
        : base(nameof(Seq2SeqDecoder), options?.VocabularySize ?? throw new ArgumentNullException(nameof(options)), options.MemoryWidth)
    {
        Require.Positive(options.EmbeddingWidth);
        Require.Positive(options.HiddenWidth);
        Require.Positive(options.Layers);
        Require.Fraction(options.Dropout);

        this.options = options;
        var (vocabulary, memory, width, hidden) = (options.VocabularySize, options.MemoryWidth, options.EmbeddingWidth, options.HiddenWidth);
        attention = options.Attention switch
        {
            AttentionKind.Dot => new DotAttention(hidden, memory),
            AttentionKind.Additive => new AdditiveAttention(hidden, memory, hidden),
            AttentionKind.MultiHead => new MultiHeadAttention(hidden, options.Heads, memory),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Attention, "Must be a kind of attention."),
        };
        embedding = Embedding(vocabulary, width);
        drop = Dropout(options.Dropout);
        rnn = LSTM(
            width + (options.InputFeeding ? hidden : 0), hidden, options.Layers, batchFirst: true,
            dropout: options.Layers > 1 ? options.Dropout : 0);
        combine = Linear(attention.ContextWidth + hidden, hidden);
        if (options.Start == StartState.Bridge)
            bridge = Linear(memory, 2 * options.Layers * hidden);
        if (options.TieWeights)
        {
            using (NewDisposeScope())                                           // the weight comes as a new handle
            using (no_grad())
                init.normal_(embedding.weight, 0, 1 / Math.Sqrt(width));
            outputBias = (Parameter)new Parameter(zeros(vocabulary)).DetachFromDisposeScope();
            if (width != hidden)
                project = Linear(hidden, width, hasBias: false);
        }
        else
        {
            output = Linear(hidden, vocabulary);
        }
        RegisterComponents();
    }

    private protected override Tensor Like => embedding.weight!;

    /// <summary>Scheduled sampling: as teacher forcing, but some tokens before are the decoder's own and not the right ones.</summary>
    /// <remarks>
    /// Each token but the first is the target's with probability <paramref name="teacherRate"/>, drawn for every row and
    /// place by itself; else it is the one that the decoder's logits at the place before like best. Which tokens were chosen has
    /// no gradient. With a rate of 1 it is teacher forcing; with 0 the decoder runs on its own, as it will when used.
    /// Source: Bengio et al. 2015.
    /// </remarks>
    /// <param name="source">The encoded source of every row.</param>
    /// <param name="tokens">The target from BOS to the token before the last, <c>[B, T]</c>.</param>
    /// <param name="teacherRate">How likely a token is the target's, in <c>[0, 1]</c>.</param>
    /// <param name="seed">The same seed chooses the same places.</param>
    /// <returns>Logits <c>[B, T, V]</c> and attention <c>[B, T, S]</c>.</returns>
    /// <exception cref="ArgumentException">As for teacher forcing, or a rate outside.</exception>
    public DecoderOutput ScheduledSampling(EncoderOutput source, Tensor tokens, double teacherRate, long seed)
    {
        using var scope = NewDisposeScope();
        RequireSource(source);
        RequireTokens(tokens, source.Memory.size(0));
        if (teacherRate is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(teacherRate), teacherRate, "Must be in [0, 1].");
        using var generator = new Generator((ulong)seed, CPU);
        var taught = (rand(tokens.shape, generator: generator) < teacherRate).to(tokens.device);
        return Loop(source, tokens, (t, logits) => where(taught.select(1, t), tokens.select(1, t), logits.detach().argmax(-1)))
            .MoveToOuterDisposeScope();
    }

    private protected override DecoderOutput Score(EncoderOutput source, Tensor tokens)
    {
        if (options.InputFeeding)
            return Loop(source, tokens, null);
        var hidden = Start(source.Memory, source.Mask);
        var (states, _, _) = rnn.call(drop.call(embedding.call(tokens)), (hidden.H, hidden.C));
        var look = attention.Attend(states, attention.Remember(source.Memory, source.Memory, source.Mask));
        return new(Logits(Combine(look.Context, states)), OverHeads(look.Weights));
    }

    /// <summary>Step by step. Tokens after the first are the target's, or chosen with the logits before them.</summary>
    private DecoderOutput Loop(EncoderOutput source, Tensor tokens, Func<long, Tensor, Tensor>? choose)
    {
        var memory = attention.Remember(source.Memory, source.Memory, source.Mask);
        var hidden = Start(source.Memory, source.Mask);
        var embedded = drop.call(embedding.call(tokens));                       // [B, T, E]
        var (found, weights, logits) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var t = 0L; t < tokens.size(1); t++)
        {
            var read = choose is null || t == 0
                ? embedded.narrow(1, t, 1)
                : drop.call(embedding.call(choose(t, logits[^1].squeeze(1)))).unsqueeze(1);
            (hidden, var look) = Advance(read, hidden, memory);
            found.Add(hidden.Feed);
            weights.Add(look.Weights);
            if (choose is not null)
                logits.Add(Logits(hidden.Feed));
        }
        return new(
            choose is null ? Logits(cat(found, 1)) : cat(logits, 1),
            OverHeads(cat(weights, -2)));
    }

    /// <summary>Hidden state and cell <c>[layers, B, H]</c>, and what attention found last <c>[B, 1, H]</c>.</summary>
    private sealed record Hidden(Tensor H, Tensor C, Tensor Feed);

    private Hidden Start(Tensor memory, Tensor mask)
    {
        var (batch, layers, width) = (memory.size(0), options.Layers, options.HiddenWidth);
        var feed = zeros([batch, 1, width], memory.dtype, memory.device);
        if (bridge is null)
        {
            var zero = zeros([layers, batch, width], memory.dtype, memory.device);
            return new(zero, zero, feed);
        }
        var here = mask.unsqueeze(-1);
        var count = mask.sum(1, keepdim: true).clamp(min: 1);                   // an empty source has mean 0
        var mean = memory.masked_fill(here.logical_not(), 0).sum([1]) / count;
        var start = bridge.call(mean).reshape(batch, 2, layers, width).permute(1, 2, 0, 3);
        return new(start[0].tanh().contiguous(), start[1].contiguous(), feed);
    }

    /// <summary>One step: reads <c>[B, 1, E]</c>, looks at the source.</summary>
    private (Hidden Hidden, AttentionOutput Look) Advance(Tensor embedded, Hidden before, AttentionMemory memory)
    {
        var input = options.InputFeeding ? cat([embedded, before.Feed], -1) : embedded;
        var (state, h, c) = rnn.call(input, (before.H, before.C));              // [B, 1, H]
        var look = attention.Attend(state, memory);
        return (new(h, c, Combine(look.Context, state)), look);
    }

    private Tensor Combine(Tensor context, Tensor state) => drop.call(combine.call(cat([context, state], -1)).tanh());

    private Tensor Logits(Tensor found)
    {
        if (output is not null)
            return output.call(found);
        return functional.linear(project is null ? found : project.call(found), embedding.weight!, outputBias!);
    }

    private static Tensor OverHeads(Tensor weights) => weights.dim() == 4 ? weights.mean([1]) : weights;

    private protected override TensorState Begin(EncoderOutput source)
    {
        var memory = attention.Remember(source.Memory, source.Memory, source.Mask);
        return Remembered(Start(source.Memory, source.Mask), memory);
    }

    private protected override bool IsOwn(TensorState state) =>
        state.Tensors is [var feed, var h, _, _, _, _] && feed.dim() == 3 && h.dim() == 3
        && feed.size(-1) == options.HiddenWidth && h.size(0) == options.Layers && h.size(-1) == options.HiddenWidth;

    private protected override DecoderStep Next(Tensor tokens, TensorState state)
    {
        var t = state.Tensors;
        var memory = new AttentionMemory(t[3], t[4], t[5]);
        var (hidden, _) = Advance(drop.call(embedding.call(tokens)).unsqueeze(1), new(t[1], t[2], t[0]), memory);
        return new(Logits(hidden.Feed).squeeze(1), Remembered(hidden, new(t[3].alias(), t[4].alias(), t[5].alias())));
    }

    private static TensorState Remembered(Hidden hidden, AttentionMemory memory) => new(
        [hidden.Feed, hidden.H, hidden.C, memory.Keys, memory.Values, memory.Mask!], [0, 1, 1, 0, 0, 0]);
}
