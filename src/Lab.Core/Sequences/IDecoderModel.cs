using static TorchSharp.torch;

namespace Lab.Core.Sequences;

/// <summary>A model that puts out sequences one token after another: what every decoding strategy needs of it, and all.</summary>
/// <remarks>
/// A row is one sequence under construction. Decoding N rows starts with a state of N rows, made by the model's own code (from
/// an encoder's output, or from nothing), and the first token of every row, BOS. The model is used without gradient.
/// </remarks>
public interface IDecoderModel
{
    /// <summary>Reads one more token of every row, and scores the next.</summary>
    /// <param name="tokens">The last token of every row, <c>[N]</c>, int64.</param>
    /// <param name="state">What the model remembers of the tokens before. It is left as it is: one state may be stepped twice.</param>
    /// <returns>Logits <c>[N, V]</c> in the caller's dispose scope, and the state after the tokens, which the caller disposes.</returns>
    DecoderStep Step(Tensor tokens, IDecoderState state);
}

/// <summary>What a decoder remembers of N rows: an LSTM's hidden state, a Transformer's keys and values, the encoded source.</summary>
/// <remarks>
/// A state never changes. It owns its tensors: they are in no dispose scope, so that a state outlives the step that made it, and
/// <see cref="IDisposable.Dispose"/> frees them. <see cref="TensorState"/> does all of this for a list of tensors.
/// </remarks>
public interface IDecoderState : IDisposable
{
    /// <summary>Chooses rows: beam search keeps some, drops some and doubles others.</summary>
    /// <param name="rows">For each of the M rows of the result the row that it continues, in <c>[0, N)</c>, <c>[M]</c>, int64; M
    /// may differ from N.</param>
    /// <returns>A state of its own, which lives on when this one is disposed.</returns>
    IDecoderState Reorder(Tensor rows);
}

/// <summary>What one step of a decoder gives.</summary>
/// <param name="Logits">Unnormalised scores of the next token, <c>[N, V]</c>, floating point.</param>
/// <param name="State">What the model remembers now.</param>
public sealed record DecoderStep(Tensor Logits, IDecoderState State);
