using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>Reads a source with layers of attention in which every token looks at every other.</summary>
/// <remarks>
/// <para>Formula: <c>x = √D·embed(tokens) + positions</c>; each layer adds <c>attention(norm(x))</c> and then
/// <c>feed(norm(x))</c>; a last norm. The norm comes before each part ("pre-norm"), which trains without warm-up. Without
/// the positions (waves of many lengths) a source would be a bag of tokens.</para>
/// <para>Padding is masked from attention; its own memory is computed and does not count.</para>
/// <para>State: <c>embedding.weight</c>; per layer i, <c>layers.i.attentionNorm</c>, <c>.attention.query</c> (<c>key</c>, <c>value</c>,
/// <c>output</c>), <c>.feedNorm</c>, <c>.feed.expand</c>, <c>.feed.contract</c>; <c>norm</c>; each <c>.weight</c> and
/// <c>.bias</c>. Source: Vaswani et al. 2017; Xiong et al. 2020 for the place of the norms.</para>
/// </remarks>
public sealed class TransformerEncoder : SequenceEncoder
{
    private readonly Embedding embedding;
    private readonly Dropout drop;
    private readonly ModuleList<TransformerEncoderLayer> layers;
    private readonly LayerNorm norm;

    /// <summary>Makes an encoder with the library's starting weights and small embeddings.</summary>
    /// <param name="vocabularySize">V, positive.</param>
    /// <param name="width">D, positive, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attentions side by side, positive.</param>
    /// <param name="layers">How many layers, positive.</param>
    /// <param name="innerWidth">The width inside of the feed-forward layer, positive; null means 4D.</param>
    /// <param name="dropout">Which part of the numbers is left out in training, in <c>[0, 1)</c>.</param>
    /// <param name="paddingIndex">The token that fills up short sources, in <c>[0, V)</c>.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public TransformerEncoder(
        long vocabularySize, long width, long heads, long layers = 2, long? innerWidth = null, double dropout = 0, long paddingIndex = 0)
        : base(nameof(TransformerEncoder), vocabularySize, paddingIndex)
    {
        var inner = innerWidth ?? 4 * width;
        Require.Positive(width);
        Require.Positive(layers);
        Require.Positive(inner, nameof(innerWidth));
        Require.Fraction(dropout);
        Require.Heads(heads, width);

        MemoryWidth = width;
        embedding = TransformerParts.SmallEmbedding(vocabularySize, width);
        drop = Dropout(dropout);
        this.layers = ModuleList([.. Enumerable.Range(0, (int)layers)
            .Select(_ => new TransformerEncoderLayer(width, heads, inner, dropout))]);
        norm = LayerNorm(width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long MemoryWidth { get; }

    private protected override Tensor Like => embedding.weight!;

    private protected override Tensor Read(Tensor tokens, Tensor mask)
    {
        var x = drop.call(TransformerParts.Embed(embedding, tokens));
        foreach (var layer in layers)
            x = layer.call(x, mask);
        return norm.call(x);
    }
}
