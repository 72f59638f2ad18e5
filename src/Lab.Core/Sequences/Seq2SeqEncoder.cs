using Lab.Core.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.utils.rnn;

namespace Lab.Core.Sequences;

/// <summary>Reads a source with an LSTM from both ends, so that what it makes of a token depends on all others.</summary>
/// <remarks>
/// <para>Formula: <c>m[s] = [→h[s]; ←h[s]]</c>, the hidden states of an LSTM from the first token to the last and of one from the last
/// to the first, M = 2H wide. The second starts at the last token, not in the padding.</para>
/// <para>The LSTM is the library's, on packed sequences: padding is not computed at all. Its memory is 0.</para>
/// <para>State: <c>embedding.weight</c> <c>[V, E]</c> and the library's names for an LSTM, <c>rnn.weight_ih_l0</c> and so on,
/// with <c>_reverse</c> for the second direction. In training, dropout acts on the embeddings and between layers.
/// Source: Bahdanau, Cho and Bengio 2015, section 3.2.</para>
/// </remarks>
public sealed class Seq2SeqEncoder : SequenceEncoder
{
    private readonly Embedding embedding;
    private readonly Dropout drop;
    private readonly LSTM rnn;

    /// <summary>Makes an encoder with the library's starting weights.</summary>
    /// <param name="vocabularySize">V, positive.</param>
    /// <param name="embeddingWidth">E, positive.</param>
    /// <param name="hiddenWidth">H, the width of one direction, positive, even or odd.</param>
    /// <param name="layers">How many LSTMs one above the other, positive.</param>
    /// <param name="dropout">Which part of the numbers is left out in training, in <c>[0, 1)</c>.</param>
    /// <param name="paddingIndex">The token that fills up short sources, in <c>[0, V)</c>.</param>
    /// <exception cref="ArgumentException">A number outside of its range.</exception>
    public Seq2SeqEncoder(
        long vocabularySize, long embeddingWidth, long hiddenWidth, long layers = 1, double dropout = 0, long paddingIndex = 0)
        : base(nameof(Seq2SeqEncoder), vocabularySize, paddingIndex)
    {
        Require.Positive(embeddingWidth);
        Require.Positive(hiddenWidth);
        Require.Positive(layers);
        Require.Fraction(dropout);

        MemoryWidth = 2 * hiddenWidth;
        embedding = Embedding(vocabularySize, embeddingWidth);
        drop = Dropout(dropout);
        rnn = LSTM(
            embeddingWidth, hiddenWidth, layers, batchFirst: true, dropout: layers > 1 ? dropout : 0, bidirectional: true);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override long MemoryWidth { get; }

    private protected override Tensor Like => embedding.weight!;

    private protected override Tensor Read(Tensor tokens, Tensor mask)
    {
        if (tokens.size(0) == 0)                                                // the library packs no empty batch
            return embedding.call(tokens).sum(-1, keepdim: true).expand(0, tokens.size(1), MemoryWidth);
        var embedded = drop.call(embedding.call(tokens));                       // [B, S, E]
        var lengths = mask.sum(1).cpu();
        using var packed = pack_padded_sequence(embedded, lengths, batch_first: true, enforce_sorted: false);
        var (states, _, _) = rnn.call(packed);
        using (states)
            return pad_packed_sequence(states, batch_first: true, total_length: tokens.size(1)).Item1;
    }
}
