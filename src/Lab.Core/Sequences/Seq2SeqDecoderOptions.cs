namespace Lab.Core.Sequences;

/// <summary>How a decoder looks at its source.</summary>
public enum AttentionKind
{
    /// <summary><see cref="DotAttention"/>.</summary>
    Dot,

    /// <summary><see cref="AdditiveAttention"/>, with as many hidden units as the decoder is wide.</summary>
    Additive,

    /// <summary><see cref="MultiHeadAttention"/>.</summary>
    MultiHead,
}

/// <summary>What hidden state a decoder starts with.</summary>
public enum StartState
{
    /// <summary>A learned function of the mean of the source's memory, padding left out.</summary>
    Bridge,

    /// <summary>Zeros: all that the decoder knows of the source comes by attention.</summary>
    Zero,
}

/// <summary>The sizes and choices of a <see cref="Seq2SeqDecoder"/>.</summary>
public sealed record Seq2SeqDecoderOptions
{
    /// <summary>V, how many different target tokens there are, positive.</summary>
    public required long VocabularySize { get; init; }

    /// <summary>M, the width of the encoder's memory, positive.</summary>
    public required long MemoryWidth { get; init; }

    /// <summary>E, the width of an embedding, positive.</summary>
    public required long EmbeddingWidth { get; init; }

    /// <summary>H, the width of the LSTM's hidden state, positive.</summary>
    public required long HiddenWidth { get; init; }

    /// <summary>How many LSTMs one above the other, positive.</summary>
    public long Layers { get; init; } = 1;

    /// <summary>Which part of the numbers is left out in training, in <c>[0, 1)</c>.</summary>
    public double Dropout { get; init; }

    /// <summary>How the decoder looks at the source.</summary>
    public AttentionKind Attention { get; init; } = AttentionKind.Dot;

    /// <summary>With <see cref="AttentionKind.MultiHead"/>: how many heads; they divide H.</summary>
    public long Heads { get; init; } = 4;

    /// <summary>Whether the LSTM also reads what attention found at the step before, and so knows where it looked. Training is then
    /// step by step instead of all places at once, and slower.</summary>
    public bool InputFeeding { get; init; } = true;

    /// <summary>The hidden state before the first token.</summary>
    public StartState Start { get; init; } = StartState.Bridge;

    /// <summary>Whether a token's embedding is also its weight in the output layer: one parameter, used twice.</summary>
    public bool TieWeights { get; init; }
}
