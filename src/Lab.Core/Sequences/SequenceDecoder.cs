using Lab.Core.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>What a decoder says of every place of a target.</summary>
/// <param name="Logits">Unnormalised scores of the next token, <c>[B, T, V]</c>.</param>
/// <param name="Attention">How much each source token counted, <c>[B, T, S]</c>: rows sum to 1, and are 0 at padding. With several
/// heads it is their mean.</param>
public sealed record DecoderOutput(Tensor Logits, Tensor Attention)
{
    internal DecoderOutput MoveToOuterDisposeScope() => new(Logits.MoveToOuterDisposeScope(), Attention.MoveToOuterDisposeScope());
}

/// <summary>
/// Puts out a target token by token, looking at an encoded source: <see cref="Seq2SeqDecoder"/> or
/// <see cref="TransformerDecoder"/>. All decoding strategies work with it.
/// </summary>
/// <remarks>
/// Trained by teacher forcing: <c>call(source, tokens)</c> scores, for every place, the token that comes next, given the right
/// tokens before it. Used step by step: <see cref="Start"/>, then <see cref="Step"/> for each token, with the same scores.
/// </remarks>
public abstract class SequenceDecoder : Module<EncoderOutput, Tensor, DecoderOutput>, IDecoderModel
{
    private protected SequenceDecoder(string name, long vocabularySize, long memoryWidth)
        : base(name)
    {
        Require.Positive(vocabularySize);
        Require.Positive(memoryWidth);
        (VocabularySize, MemoryWidth) = (vocabularySize, memoryWidth);
    }

    /// <summary>V, how many different target tokens there are.</summary>
    public long VocabularySize { get; }

    /// <summary>M, the width of the encoder's memory.</summary>
    public long MemoryWidth { get; }

    /// <summary>A parameter, whose dtype and device the source must have.</summary>
    private protected abstract Tensor Like { get; }

    /// <summary>Teacher forcing: scores the next token at every place of a target.</summary>
    /// <param name="source">The encoded source of every row; a row whose mask is all false is read as a source that says nothing.</param>
    /// <param name="tokens">The target from BOS to the token before the last, in <c>[0, V)</c>, int64, <c>[B, T]</c>; short
    /// ones filled up with any tokens.</param>
    /// <returns>Logits <c>[B, T, V]</c> and attention <c>[B, T, S]</c>. What stands behind a place has no effect on it.</returns>
    /// <exception cref="ArgumentException">A shape, dtype or device other than those above, or (on the CPU) a token outside.</exception>
    public sealed override DecoderOutput forward(EncoderOutput source, Tensor tokens)
    {
        using var scope = NewDisposeScope();                                    // the library's modules hand out their weights as new handles
        RequireSource(source);
        RequireTokens(tokens, source.Memory.size(0));
        return Score(source, tokens).MoveToOuterDisposeScope();
    }

    /// <summary>A state that knows the sources and has read no token.</summary>
    /// <param name="source">One encoded source a row.</param>
    /// <exception cref="ArgumentException">A memory of another width, dtype or device, or a mask that does not fit it.</exception>
    public IDecoderState Start(EncoderOutput source)
    {
        using var scope = NewDisposeScope();
        RequireSource(source);
        using var noGradient = no_grad();
        return Begin(source);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Tokens that are not one a row or not in the vocabulary, or a state that this model
    /// did not make.</exception>
    public DecoderStep Step(Tensor tokens, IDecoderState state)
    {
        using var scope = NewDisposeScope();
        ArgumentNullException.ThrowIfNull(tokens);
        if (state is not TensorState { Tensors: [var first, ..] } own || !IsOwn(own))
            throw new ArgumentException($"state must be one that this decoder made, got {state?.GetType().Name ?? "null"}.", nameof(state));
        Require.ClassIndices(tokens, VocabularySize, ignoreIndex: 0);
        Require.Shape(tokens, [first.size(0)]);
        Require.SameDevice(tokens, Like, likeName: "the decoder");
        using var noGradient = no_grad();
        var step = Next(tokens, own);
        return step with { Logits = step.Logits.MoveToOuterDisposeScope() };
    }

    /// <summary>Scores checked tokens, in the scope of the caller.</summary>
    private protected abstract DecoderOutput Score(EncoderOutput source, Tensor tokens);

    /// <summary>The state before the first token; its first tensor counts rows by dimension 0.</summary>
    private protected abstract TensorState Begin(EncoderOutput source);

    /// <summary>Whether a state has the tensors that <see cref="Begin"/> makes.</summary>
    private protected abstract bool IsOwn(TensorState state);

    /// <summary>One step for checked tokens; the logits are in the scope of the caller.</summary>
    private protected abstract DecoderStep Next(Tensor tokens, TensorState state);

    private protected void RequireSource(EncoderOutput source)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.RequireWidth(MemoryWidth, Like, nameof(source));
    }

    private protected void RequireTokens(Tensor tokens, long rows)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Require.ClassIndices(tokens, VocabularySize, ignoreIndex: 0);
        if (tokens.shape is not [var got, > 0] || got != rows)
            throw Require.BadShape(tokens, $"[{rows}, T] with T >= 1");
        Require.SameDevice(tokens, Like, likeName: "the decoder");
    }
}
