using Lab.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Sequences;

/// <summary>Reads a source of tokens: <see cref="Seq2SeqEncoder"/> or <see cref="TransformerEncoder"/>.</summary>
public abstract class SequenceEncoder : Module<Tensor, EncoderOutput>
{
    private protected SequenceEncoder(string name, long vocabularySize, long paddingIndex)
        : base(name)
    {
        Require.Positive(vocabularySize);
        if (paddingIndex < 0 || paddingIndex >= vocabularySize)
            throw new ArgumentOutOfRangeException(
                nameof(paddingIndex), paddingIndex, $"Must be a token, in [0, {vocabularySize}).");
        (VocabularySize, PaddingIndex) = (vocabularySize, paddingIndex);
    }

    /// <summary>How many different source tokens there are.</summary>
    public long VocabularySize { get; }

    /// <summary>The token that fills up short sources.</summary>
    public long PaddingIndex { get; }

    /// <summary>M, the width of the memory that comes out.</summary>
    public abstract long MemoryWidth { get; }

    /// <summary>A parameter, on whose device the tokens must be.</summary>
    private protected abstract Tensor Like { get; }

    /// <summary>Reads sources.</summary>
    /// <param name="tokens">Tokens in <c>[0, V)</c>, int64, <c>[B, S]</c> with S of 1 or more: each row holds at least one token and
    /// then padding. How much padding there is changes nothing.</param>
    /// <returns>Memory <c>[B, S, M]</c>, and the mask of the tokens that are no padding.</returns>
    /// <exception cref="ArgumentException">Another shape, dtype or device, a token outside, a row of padding only, or padding
    /// before a token.</exception>
    public sealed override EncoderOutput forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();                                    // the library's modules hand out their weights as new handles
        ArgumentNullException.ThrowIfNull(tokens);
        Require.ClassIndices(tokens, VocabularySize, ignoreIndex: PaddingIndex);
        if (tokens.shape is not [_, > 0])
            throw Require.BadShape(tokens, "[B, S] with S >= 1");
        Require.SameDevice(tokens, Like, likeName: "the encoder");
        var mask = tokens != PaddingIndex;                                      // [B, S]
        RequireSources(mask, nameof(tokens));

        var memory = Read(tokens, mask);
        return new(memory.MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope());
    }

    /// <summary>Reads checked tokens, in the scope of the caller.</summary>
    private protected abstract Tensor Read(Tensor tokens, Tensor mask);

    /// <summary>Looked at on the CPU only, as <see cref="Require.ClassIndices"/> is.</summary>
    private static void RequireSources(Tensor mask, string name)
    {
        if (mask.device_type != DeviceType.CPU || mask.size(0) == 0)
            return;
        if (!mask.any(1).all().ToBoolean())
            throw new ArgumentException(
                $"{name} must have at least one token in every row, got a source that is padding only: leave empty sources out.", name);
        var again = mask.narrow(1, 1, mask.size(1) - 1).logical_and(mask.narrow(1, 0, mask.size(1) - 1).logical_not());
        if (again.any().ToBoolean())
            throw new ArgumentException($"{name} must have padding behind the source only, got padding before a token.", name);
    }
}
