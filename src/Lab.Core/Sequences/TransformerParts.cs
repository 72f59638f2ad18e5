using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>What encoder and decoder of a Transformer share.</summary>
internal static class TransformerParts
{
    /// <summary>Where a token stands, as waves of many lengths: <c>sin(s·10000^(-2i/D))</c> at 2i and the cosine at 2i + 1.</summary>
    public static Tensor Positions(long first, long count, long width, Tensor like)
    {
        var place = arange(first, first + count, dtype: ScalarType.Float64).unsqueeze(1);
        var entry = arange(width, dtype: ScalarType.Float64);
        var odd = entry.remainder(2);
        var angle = place * pow(10000, -(entry - odd) / width);                 // [count, D]
        return (angle + odd * (Math.PI / 2)).sin().to(like.dtype, like.device);
    }

    /// <summary>Embeddings that have length 1 as output weights, and entries of size 1 as inputs.</summary>
    public static Embedding SmallEmbedding(long vocabularySize, long width)
    {
        var embedding = Embedding(vocabularySize, width);
        using (NewDisposeScope())                                               // the weight comes as a new handle
        using (no_grad())
            init.normal_(embedding.weight, 0, 1 / Math.Sqrt(width));
        return embedding;
    }

    /// <summary>Embedded tokens with their places.</summary>
    public static Tensor Embed(Embedding embedding, Tensor tokens, long first = 0)
    {
        var weight = embedding.weight!;
        return embedding.call(tokens) * Math.Sqrt(weight.size(1))
            + Positions(first, tokens.size(1), weight.size(1), weight);         // [B, T, D]
    }
}

/// <summary>The layer between attentions, for each place by itself: <c>W·gelu(V·x + a) + b</c>.</summary>
internal sealed class FeedForward : Module<Tensor, Tensor>
{
    private readonly Linear expand;
    private readonly Linear contract;

    public FeedForward(long width, long inner) : base(nameof(FeedForward))
    {
        expand = Linear(width, inner);
        contract = Linear(inner, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => contract.call(functional.gelu(expand.call(x)));
}

/// <summary>One layer of an encoder: attention to all places, then the feed-forward layer, each added to what came in.</summary>
internal sealed class TransformerEncoderLayer : Module<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm attentionNorm;
    private readonly MultiHeadAttention attention;
    private readonly LayerNorm feedNorm;
    private readonly FeedForward feed;
    private readonly Dropout drop;

    public TransformerEncoderLayer(long width, long heads, long inner, double dropout) : base(nameof(TransformerEncoderLayer))
    {
        attentionNorm = LayerNorm(width);
        attention = new MultiHeadAttention(width, heads, dropout: dropout);
        feedNorm = LayerNorm(width);
        feed = new FeedForward(width, inner);
        drop = Dropout(dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor mask)
    {
        var normed = attentionNorm.call(x);
        x = x + drop.call(attention.call(normed, normed, normed, mask).Context);
        return x + drop.call(feed.call(feedNorm.call(x)));
    }
}

/// <summary>One layer of a decoder: attention to the target so far, to the source, and the feed-forward layer.</summary>
internal sealed class TransformerDecoderLayer : Module
{
    private readonly LayerNorm attentionNorm;
    private readonly MultiHeadAttention attention;
    private readonly LayerNorm sourceNorm;
    private readonly MultiHeadAttention source;
    private readonly LayerNorm feedNorm;
    private readonly FeedForward feed;
    private readonly Dropout drop;

    public TransformerDecoderLayer(long width, long memoryWidth, long heads, long inner, double dropout)
        : base(nameof(TransformerDecoderLayer))
    {
        attentionNorm = LayerNorm(width);
        attention = new MultiHeadAttention(width, heads, dropout: dropout);
        sourceNorm = LayerNorm(width);
        source = new MultiHeadAttention(width, heads, memoryWidth, dropout: dropout);
        feedNorm = LayerNorm(width);
        feed = new FeedForward(width, inner);
        drop = Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>The source's keys and values, projected once.</summary>
    public AttentionMemory Remember(Tensor memory, Tensor mask) => source.Remember(memory, memory, mask);

    /// <summary>Reads new places, which see the past ones and, by <paramref name="mask"/>, each other.</summary>
    /// <returns>The places for the next layer, what to remember of them, and their attention to the source over heads.</returns>
    public (Tensor X, AttentionMemory Seen, Tensor Weights) Read(Tensor x, AttentionMemory? past, Tensor? mask, AttentionMemory memory)
    {
        var normed = attentionNorm.call(x);
        var own = attention.Remember(normed, normed, mask);
        var seen = past is null ? own : past.Append(own);
        x = x + drop.call(attention.Attend(normed, seen).Context);
        var look = source.Attend(sourceNorm.call(x), memory);
        x = x + drop.call(look.Context);
        return (x + drop.call(feed.call(feedNorm.call(x))), seen, look.Weights.mean([1]));
    }
}
