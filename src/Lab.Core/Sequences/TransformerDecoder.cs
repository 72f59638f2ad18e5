using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>The sizes and choices of a <see cref="TransformerDecoder"/>.</summary>
public sealed record TransformerDecoderOptions
{
    /// <summary>V, how many different target tokens there are, positive.</summary>
    public required long VocabularySize { get; init; }

    /// <summary>M, the width of the encoder's memory, positive.</summary>
    public required long MemoryWidth { get; init; }

    /// <summary>D, positive, a multiple of <see cref="Heads"/>.</summary>
    public required long Width { get; init; }

    /// <summary>Attentions side by side, positive.</summary>
    public required long Heads { get; init; }

    /// <summary>How many layers, positive.</summary>
    public long Layers { get; init; } = 2;

    /// <summary>The width inside of the feed-forward layer, positive; null means 4D.</summary>
    public long? InnerWidth { get; init; }

    /// <summary>Which part of the numbers is left out in training, in <c>[0, 1)</c>.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether a token's embedding is also its weight in the output layer: one parameter, used twice.</summary>
    public bool TieWeights { get; init; }
}

/// <summary>Puts out a target with layers of attention to the target so far and to the source.</summary>
/// <remarks>
/// <para>Formula: <c>x = √D·embed(tokens) + positions</c>; each layer adds <c>attention(norm(x))</c> to places up to its own, then
/// <c>attention(norm(x))</c> to the source, then <c>feed(norm(x))</c>; a last norm, and the output layer.</para>
/// <para>In training all places are computed at once, under a mask that hides the future. Step by step, keys and values of
/// past places are kept, so that a step costs as much as one place: the logits are the same.</para>
/// <para>State: <c>embedding.weight</c>; per layer i, <c>layers.i.attentionNorm</c>, <c>.attention.query</c> (<c>key</c>, <c>value</c>,
/// <c>output</c>), <c>.sourceNorm</c>, <c>.source.query</c> (and so on), <c>.feedNorm</c>, <c>.feed.expand</c>, <c>.feed.contract</c>;
/// <c>norm</c>; <c>output</c>, or, tied, <c>outputBias</c>. Source: Vaswani et al. 2017; Xiong et al. 2020 for the place of the
/// norms.</para>
/// </remarks>
public sealed class TransformerDecoder : SequenceDecoder
{
    private const int PerLayer = 4;

    private readonly Embedding embedding;
    private readonly Dropout drop;
    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly LayerNorm norm;
    private readonly Linear? output;
    private readonly Parameter? outputBias;
    private readonly long headWidth;

    /// <summary>Makes a decoder with the library's starting weights and small embeddings.</summary>
    /// <param name="options">Its sizes and choices.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public TransformerDecoder(TransformerDecoderOptions options)
        : base(nameof(TransformerDecoder), options?.VocabularySize ?? throw new ArgumentNullException(nameof(options)), options.MemoryWidth)
    {
        var (width, heads, inner) = (options.Width, options.Heads, options.InnerWidth ?? 4 * options.Width);
        Require.Positive(options.Width);
        Require.Positive(options.Layers);
        Require.Positive(inner, "options.InnerWidth");
        Require.Fraction(options.Dropout);
        Require.Heads(heads, width);

        headWidth = width / heads;
        embedding = TransformerParts.SmallEmbedding(options.VocabularySize, width);
        drop = Dropout(options.Dropout);
        layers = ModuleList([.. Enumerable.Range(0, (int)options.Layers)
            .Select(_ => new TransformerDecoderLayer(width, options.MemoryWidth, heads, inner, options.Dropout))]);
        norm = LayerNorm(width);
        if (options.TieWeights)
            outputBias = (Parameter)new Parameter(zeros(options.VocabularySize)).DetachFromDisposeScope();
        else
            output = Linear(width, options.VocabularySize);
        RegisterComponents();
    }

    private protected override Tensor Like => embedding.weight!;

    private protected override DecoderOutput Score(EncoderOutput source, Tensor tokens)
    {
        var length = tokens.size(1);
        var past = ones([1, length, length], ScalarType.Bool, tokens.device).tril();    // a place sees itself and those before
        var x = drop.call(TransformerParts.Embed(embedding, tokens));
        Tensor? weights = null;
        foreach (var layer in layers)
            (x, _, weights) = layer.Read(x, null, past, layer.Remember(source.Memory, source.Mask));
        return new(Logits(x), weights!);
    }

    private Tensor Logits(Tensor x) => output is not null
        ? output.call(norm.call(x))
        : functional.linear(norm.call(x), embedding.weight!, outputBias!);

    /// <summary>The mask <c>[N, 1, S]</c>; per layer, keys and values of the source, and keys and values of the target so far.</summary>
    private protected override TensorState Begin(EncoderOutput source)
    {
        var nothing = zeros([source.Memory.size(0), Heads, 0, headWidth], source.Memory.dtype, source.Memory.device);
        var tensors = new List<Tensor> { source.Mask.unsqueeze(1) };
        foreach (var layer in layers)
        {
            var memory = layer.Remember(source.Memory, source.Mask);
            tensors.AddRange([memory.Keys, memory.Values, nothing.alias(), nothing.alias()]);
        }
        return new TensorState(tensors);
    }

    private protected override bool IsOwn(TensorState state) =>
        state.Tensors.Count == 1 + (PerLayer * layers.Count)
        && state.Tensors.Skip(1).All(t => t.dim() == 4 && t.size(1) == Heads && t.size(3) == headWidth);

    private protected override DecoderStep Next(Tensor tokens, TensorState state)
    {
        var mask = state.Tensors[0];
        var x = drop.call(TransformerParts.Embed(embedding, tokens.unsqueeze(1), first: state.Tensors[3].size(2)));
        var tensors = new List<Tensor> { mask.alias() };
        foreach (var (layer, own) in layers.Zip(state.Tensors.Skip(1).Chunk(PerLayer)))
        {
            (x, var seen, _) = layer.Read(x, new(own[2], own[3], null), null, new(own[0], own[1], mask));
            tensors.AddRange([own[0].alias(), own[1].alias(), seen.Keys, seen.Values]);
        }
        return new(Logits(x).squeeze(1), new TensorState(tensors));
    }

    private long Heads => embedding.weight!.size(1) / headWidth;
}
