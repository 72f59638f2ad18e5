using Lab.Core.Losses;
using Lab.Core.Runtime;
using Lab.Core.Sequences;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Lab.Core.Models;

/// <summary>An encoder and a decoder: a model of targets given sources, <c>p(y | x) = Π p(y[t] | y[1..t-1], x)</c>.</summary>
/// <remarks>
/// <para>Trained on <see cref="Losses"/>; used by any decoding strategy through <see cref="Start"/> and <see cref="Step"/>,
/// after <c>eval()</c>. Encoder and decoder may be of either kind, LSTM or Transformer, in any combination.</para>
/// <para>State: <c>encoder.</c> and <c>decoder.</c>, each with the names of that module.</para>
/// <para>Source: Sutskever, Vinyals and Le 2014; Bahdanau, Cho and Bengio 2015.</para>
/// </remarks>
public sealed class Seq2Seq : Module<Tensor, Tensor, DecoderOutput>, IDecoderModel
{
    private readonly SequenceEncoder encoder;
    private readonly SequenceDecoder decoder;

    /// <summary>Puts two modules together, and owns them.</summary>
    /// <param name="encoder">Reads sources.</param>
    /// <param name="decoder">Puts out targets, from a memory as wide as the encoder's.</param>
    /// <exception cref="ArgumentException">Widths of the memory that differ.</exception>
    public Seq2Seq(SequenceEncoder encoder, SequenceDecoder decoder) : base(nameof(Seq2Seq))
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        if (encoder.MemoryWidth != decoder.MemoryWidth)
            throw new ArgumentException(
                $"decoder must read a memory of width {encoder.MemoryWidth}, as the encoder makes, got one of width {decoder.MemoryWidth}.",
                nameof(decoder));
        (this.encoder, this.decoder) = (encoder, decoder);
        RegisterComponents();
    }

    /// <summary>Reads sources.</summary>
    public SequenceEncoder Encoder => encoder;

    /// <summary>Puts out targets.</summary>
    public SequenceDecoder Decoder => decoder;

    /// <summary>Teacher forcing: scores the next token at every place of a target.</summary>
    /// <param name="sources">Source tokens, int64, <c>[B, S]</c>, padding behind short ones.</param>
    /// <param name="tokens">The target from BOS to the token before the last, int64, <c>[B, T]</c>.</param>
    /// <returns>Logits <c>[B, T, V]</c> and attention <c>[B, T, S]</c>.</returns>
    /// <exception cref="ArgumentException">What the encoder or the decoder refuses.</exception>
    public override DecoderOutput forward(Tensor sources, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return decoder.call(encoder.call(sources), tokens).MoveToOuterDisposeScope();
    }

    /// <summary>The loss to train on: cross-entropy of every token of the targets but BOS, by teacher forcing.</summary>
    /// <param name="sources">Source tokens, int64, <c>[B, S]</c>, padding behind short ones.</param>
    /// <param name="targets">Whole targets: BOS, tokens, EOS, padding; int64, <c>[B, T]</c> with T of 2 or more.</param>
    /// <param name="paddingIndex">What fills up short targets: a token.</param>
    /// <param name="smoothing">ε, the probability mass spread over all tokens, in <c>[0, 1)</c>.</param>
    /// <returns>Nats per token, <c>[B, T - 1]</c>, 0 at padding; reduce with
    /// <c>Loss.WeightedMean(losses, targets[.., 1..] != paddingIndex)</c>.</returns>
    /// <exception cref="ArgumentException">What the encoder, the decoder or <see cref="Loss.SequenceCrossEntropy"/> refuses.</exception>
    public Tensor Losses(Tensor sources, Tensor targets, long paddingIndex = 0, double smoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.shape is not [_, >= 2])
            throw Require.BadShape(targets, "[B, T] with T >= 2, BOS and EOS counted");
        Require.Fraction(smoothing);

        using var scope = NewDisposeScope();
        var length = targets.size(1) - 1;
        var logits = decoder.call(encoder.call(sources), targets.narrow(1, 0, length)).Logits;
        return Loss.SequenceCrossEntropy(logits, targets.narrow(1, 1, length), paddingIndex, smoothing).MoveToOuterDisposeScope();
    }

    /// <summary>A state that knows the sources and has read no token.</summary>
    /// <param name="sources">Source tokens, one row each, int64, <c>[N, S]</c>.</param>
    /// <exception cref="ArgumentException">What the encoder refuses.</exception>
    public IDecoderState Start(Tensor sources)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return decoder.Start(encoder.call(sources));
    }

    /// <inheritdoc/>
    public DecoderStep Step(Tensor tokens, IDecoderState state) => decoder.Step(tokens, state);
}
